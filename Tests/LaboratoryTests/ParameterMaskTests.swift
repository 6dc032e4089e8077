import Experiments
import Laboratory
import Testing

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
