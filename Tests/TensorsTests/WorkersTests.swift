import Foundation
import Tensors
import Testing

@Suite struct WorkersTests {
  @Test(arguments: [0, 1, 2, 3, 17, 200])
  func `every part runs once, and values come in order`(parts: Int) {
    #expect(Workers.map(parts) { $0 * $0 } == (0..<parts).map { $0 * $0 })
  }

  @Test func `parts within parts, and callers side by side, have all their parts run`() async {
    await withTaskGroup(of: [[Int]].self) { group in
      for caller in 0..<8 {
        group.addTask {
          (0..<50).map { _ in Workers.map(4) { _ in caller + Workers.map(3) { $0 }.reduce(0, +) } }
        }
      }
      var sums: Set<Int> = []
      for await results in group {
        for result in results { sums.formUnion(result) }
      }
      #expect(sums == Set(3..<11))
    }
  }

  @Test func `derivatives are recorded in a part as they are for the caller`() {
    let leaf = Tensor([2]).detached(requiresGradient: true)
    #expect(Workers.map(3) { _ in (leaf * leaf).requiresGradient } == [true, true, true])
    let quiet = withoutGradients { Workers.map(3) { _ in (leaf * leaf).requiresGradient } }
    #expect(quiet == [false, false, false])
    #expect((leaf * leaf).requiresGradient, "the caller's own is as it was")
  }

  @Test func `a large matrix product is the same inside of a part`() {
    let generator = TensorGenerator(seed: 1)
    let (a, b) = (generator.normal([64, 64]), generator.normal([64, 64]))
    let alone = a.matrixProduct(b).floats
    for result in Workers.map(4, { _ in a.matrixProduct(b).floats }) { #expect(result == alone) }
  }

  /// Sizes 9 8 7 3 3 among two: 9 | 8, 9 | 15 (7 to the smaller), 12 | 15, 15 | 15.
  @Test func `work is divided evenly, the largest first`() {
    #expect(Workers.divide([3, 9, 8, 3, 7], into: 2) == [[0, 1, 3], [2, 4]])
    #expect(Workers.divide([5], into: 4) == [[0]])
    #expect(Workers.divide([], into: 3) == [[]])
    let parts = Workers.divide((0..<100).map { $0 % 13 }, into: 7)
    #expect(parts.flatMap { $0 }.sorted() == Array(0..<100))
    #expect(parts.allSatisfy { $0 == $0.sorted() && !$0.isEmpty })
  }
}
