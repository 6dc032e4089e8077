import CTorch
import Files

/// A small generator of random numbers that is the same everywhere: SplitMix64.
///
/// Steele, Lea and Flood 2014. Streams for different purposes come from one seed and a path, so
/// that no state of a generator needs to be stored to continue a run: step 17 draws from the stream
/// of step 17 whether or not the program was stopped before it.
///
///     var generator = SeededGenerator(seed: 1, "priming", 17)
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The stream of a seed, a purpose and any counters.
  package init(seed: Int, _ purpose: String = "", _ counters: Int...) {
    var hash = FNV1a(purpose.utf8)
    for value in [seed] + counters {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash.add(UInt64(UInt8(truncatingIfNeeded: value >> shift)))
      }
    }
    state = hash.value
    state = next()
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}

/// Random tensors of one seeded stream.
package final class TensorGenerator {
  let raw: ctorch_generator

  /// The stream of a seed.
  package init(seed: UInt64) {
    guard let raw = ctorch_generator_new(seed) else { TensorFailure.report("generator", []) }
    self.raw = raw
  }

  /// The stream of a seed for one purpose, and the place in a run where it is used.
  ///
  ///     TensorGenerator(seed: 1, "dropout", step, task, innerStep)
  package convenience init(seed: Int, _ purpose: String, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
    var generator = SeededGenerator(seed: seed, purpose, a, b, c)
    self.init(seed: generator.next())
  }

  deinit {
    ctorch_generator_release(raw)
  }

  /// Independent draws from the normal distribution with mean 0.
  package func normal(_ shape: [Int], deviation: Double = 1) -> Tensor {
    let sizes = shape.map(Int64.init)
    let draws = Tensor(ctorch_random_normal(sizes, Int32(sizes.count), raw), "normal \(shape)")
    return deviation == 1 ? draws : draws * deviation
  }

  /// Independent draws from the uniform distribution over 0…1.
  package func uniform(_ shape: [Int]) -> Tensor {
    let sizes = shape.map(Int64.init)
    return Tensor(ctorch_random_uniform(sizes, Int32(sizes.count), raw), "uniform \(shape)")
  }

  /// The next number of the stream, from which another stream can begin.
  package func next() -> UInt64 {
    read("next random number", 0) { ctorch_generator_next(raw, &$0) }
  }

  /// The numbers with each kept with the probability `keep` and scaled by 1 / keep, or 0: dropout.
  ///
  /// Which are kept is a hash of their positions and of one number of the stream.
  package func dropped(
    _ input: Tensor, keep: Double, isFused: Bool = FusedOperation.dropout.isFused
  ) -> Tensor {
    Tensor(ctorch_dropout(input.raw, keep, raw, isFused), "dropout", [input])
  }
}
