import Foundation
import Tensors
import Testing

@Suite struct TensorTests {
  @Test func `a tensor owns its storage when no other has numbers in it`() {
    let whole = Tensor([1, 2, 3, 4])
    #expect(whole.ownsStorage)
    do {
      let part = whole.slice(1..<3)
      #expect(!whole.ownsStorage && !part.ownsStorage)
      let copy = part.owned()
      copy.addInPlace(Tensor([10, 10]))
      #expect(copy.floats == [12, 13] && whole.floats == [1, 2, 3, 4])
    }
    #expect(whole.ownsStorage, "nobody else is left")
    whole.owned().multiplyInPlace(2)
    #expect(whole.floats == [2, 4, 6, 8], "what is its own is not copied")
    let leaf = Tensor([1]).detached(requiresGradient: true)
    #expect(!leaf.ownsStorage && !(leaf * 2).ownsStorage, "a history needs its numbers")
  }

  @Test func `libraries whose pages were handed back compute as before`() {
    let generator = TensorGenerator(seed: 3)
    let (a, b) = (generator.normal([33, 40]), generator.normal([40, 9]))
    let before = a.matrixProduct(b).softmax().floats
    #expect(LoadedLibraries.releasePages() > 1 << 20)
    #expect(a.matrixProduct(b).softmax().floats == before)
  }

  @Test func `derivatives that are one tensor do not count as each its own`() {
    let (a, b) = (
      Tensor([1, 2]).detached(requiresGradient: true),
      Tensor([3, 4]).detached(requiresGradient: true)
    )
    let slopes = gradients(of: ((a + b) * Tensor([5, 7])).sum(), for: [a, b]).compactMap { $0 }
    let first = slopes[0].owned()
    first.multiplyInPlace(2)
    #expect(first.floats == [10, 14] && slopes[1].floats == [5, 7])
  }

  @Test func `numbers go in and come out in row-major order`() {
    let matrix = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(matrix.shape == [2, 3])
    #expect(matrix.transposed().floats == [1, 4, 2, 5, 3, 6])
    #expect(Tensor(integers: [7, -100], shape: [2]).integers == [7, -100])
    #expect(Tensor.range(3).integers == [0, 1, 2])
    #expect(Tensor(repeating: 2.5, shape: []).scalar == 2.5)
  }

  @Test func `an empty tensor has no numbers`() {
    #expect(Tensor([], shape: [0, 3]).floats.isEmpty)
    #expect(Tensor([], shape: [0, 3]).count == 0)
  }

  @Test func `a linear layer multiplies by the transposed weight`() {
    // [1 2] · [[3 4], [5 6], [7 8]]ᵀ + [10 20 30] = [11 17 23] + [10 20 30]
    let result = Tensor([1, 2], shape: [1, 2])
      .linear(weight: Tensor([3, 4, 5, 6, 7, 8], shape: [3, 2]), bias: Tensor([10, 20, 30]))
    #expect(result.floats == [21, 37, 53])
  }

  @Test func `the rows of a softmax sum to one, even of large scores`() {
    let rows = Tensor([1, 2, 3, 1000, 1001, -1000], shape: [2, 3]).softmax().sum([1]).doubles
    #expect(rows.allSatisfy { abs($0 - 1) < 1e-6 })
  }

  @Test func `cross entropy is the mean over labels that count`() {
    // Two equal scores: log 2 for each of the two labelled rows.
    let loss = Tensor([0, 0, 5, 1, 0, 0], shape: [3, 2])
      .crossEntropy(Tensor(integers: [0, -100, 1], shape: [3]))
    #expect(abs(loss.scalar - log(2)) < 1e-6)
  }

  @Test func `a copy has storage of its own and a detached tensor does not`() {
    let original = Tensor([1, 2])
    let copy = original.copied()
    let shared = original.detached()
    original.addInPlace(Tensor([10, 10]), factor: 0.5)
    #expect(original.floats == [6, 7])
    #expect(copy.floats == [1, 2])
    #expect(shared.floats == [6, 7])
  }

  @Test func `half precision keeps what it can hold`() {
    let half = Tensor([1, 0.5, -2]).converted(to: .float16)
    #expect(half.elementType == .float16)
    #expect(half.converted(to: .float32).floats == [1, 0.5, -2])
  }

  @Test func `the same seed draws the same numbers and another seed others`() {
    let first = TensorGenerator(seed: 7).normal([16]).floats
    #expect(first == TensorGenerator(seed: 7).normal([16]).floats)
    #expect(first != TensorGenerator(seed: 8).normal([16]).floats)
  }

  @Test func `dropout keeps the mean and zeroes the share it should`() {
    let factor = TensorGenerator(seed: 3).dropped(.ones([10_000]), keep: 0.8).floats
    let zeros = Double(factor.count { $0 == 0 }) / 10_000
    #expect(abs(zeros - 0.2) < 0.02)
    #expect(factor.allSatisfy { $0 == 0 || abs($0 - 1.25) < 1e-6 })
  }

  @Test func `streams of a seed differ by purpose and by counter`() {
    func first(_ purpose: String, _ counter: Int) -> UInt64 {
      var generator = SeededGenerator(seed: 1, purpose, counter)
      return generator.next()
    }
    #expect(first("task", 1) == first("task", 1))
    #expect(Set([first("task", 1), first("task", 2), first("dropout", 1)]).count == 3)
  }

  @Test func `ten thousand steps of a small graph leave memory flat`() throws {
    func residentPages() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .ascii)
      return try #require(Int(text.split(separator: " ")[1]))
    }
    let weight = TensorGenerator(seed: 1).normal([64, 64])
    let input = TensorGenerator(seed: 2).normal([32, 64])
    func step() {
      let leaf = weight.detached(requiresGradient: true)
      let loss = input.linear(weight: leaf, bias: nil).gelu().softmax().logarithm().mean()
      if let slope = gradients(of: loss, for: [leaf], keepingGraph: true)[0] {
        let second = gradients(of: (slope * slope).sum(), for: [leaf])[0]
        weight.addInPlace(second ?? slope, factor: -1e-6)
      }
    }
    // Other tests of the process allocate too, now and then; a leak grows all the time. Keeping one
    // tensor of a step (8 KiB or more) would add 20 MiB to each window.
    var growth: [Int] = []
    for _ in 0..<4 {
      let before = try residentPages()
      for _ in 0..<2_500 { step() }
      growth.append(try residentPages() - before)
    }
    #expect(try #require(growth.min()) < 1_024)
  }
}
