import Encoders
import Experiments
import Laboratory
import Tensors
import Testing

@Suite struct SamplingTests {
  @Test(arguments: [(5, 16, 16, 200), (0, 16, 4, 10), (3, 2, 2, 8)])
  func `no sentence is in two batches of a task`(
    steps: Int, support: Int, query: Int, sentences: Int
  ) {
    for seed in 0..<20 {
      var generator = SeededGenerator(seed: seed, "test")
      let batches = TaskBatches(
        innerSteps: steps, supportSize: support, querySize: query, sentenceCount: sentences,
        using: &generator)
      #expect(batches.support.count == steps)
      #expect(batches.support.allSatisfy { $0.count == support })
      #expect(batches.query.count == query)
      let all = batches.support.flatMap { $0 } + batches.query
      #expect(Set(all).count == all.count)
      #expect(all.allSatisfy { (0..<sentences).contains($0) })
    }
  }

  @Test func `a small language comes round again, every sentence before any a second time`() {
    var generator = SeededGenerator(seed: 4, "test")
    let batches = TaskBatches(
      innerSteps: 3, supportSize: 2, querySize: 2, sentenceCount: 4, using: &generator)
    let all = batches.support.flatMap { $0 } + batches.query
    #expect(Set(all.prefix(4)).count == 4)
    #expect(Set(all.suffix(4)).count == 4)
  }

  @Test func `every sentence is drawn about as often as any other`() {
    var counts = [Int](repeating: 0, count: 10)
    for step in 0..<3000 {
      var generator = SeededGenerator(seed: 1, "task", step)
      let batches = TaskBatches(
        innerSteps: 1, supportSize: 2, querySize: 1, sentenceCount: 10, using: &generator)
      for sentence in batches.support[0] + batches.query { counts[sentence] += 1 }
    }
    // 9000 draws over 10 sentences: 900 each, with a deviation of about 25.
    #expect(counts.allSatisfy { abs($0 - 900) < 130 })
  }
}

@Suite struct ParameterMaskTests {
  let names = [
    "bert.encoder.layer.0.output.dense.weight", "classifier.bias",
    "bert.encoder.layer.0.output.adapters.ner.adapter_up.weight",
    "roberta.encoder.layer.1.attention.self.query.loras.ner.lora_A",
  ]

  @Test(
    arguments: [
      (.all, [true, true, true, true]), (.head, [false, true, false, false]),
      ([.adapter, .head], [false, true, true, true]), (.encoder, [true, false, false, false]),
      ([.encoder, .head], [true, true, false, false]),
    ] as [(ParameterParts, [Bool])])
  func `a mask moves the parts that it names`(parts: ParameterParts, expected: [Bool]) {
    let mask = ParameterMask(parts)
    #expect(names.map { mask($0) } == expected)
  }

  @Test func `a mask's text names its parts`() {
    func named(_ text: String) -> ParameterParts {
      if text == "all" { return .all }
      return text.split(separator: "+").reduce(into: []) { parts, name in
        parts.formUnion(name == "encoder" ? .encoder : name == "adapter" ? .adapter : .head)
      }
    }
    for mask in TuningMask.allCases { #expect(mask.parts == named(mask.rawValue)) }
    for mask in OuterMask.allCases { #expect(mask.parts == named(mask.rawValue)) }
  }
}
