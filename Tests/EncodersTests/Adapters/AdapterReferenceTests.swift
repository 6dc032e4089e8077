import Encoders
import Foundation
import Tensors
import TestSupport
import Testing

/// Adapters against what the `adapters` library (1.3.0) and peft (0.21.2) compute in 64 bits.
///
/// Both sides fill the parameters, in the order of their names, with
///
///     p[j][k] = 0.4 sin(1.7 k + 0.9 j)        (+ 1 for the weight of a layer norm)
///
/// and give the loss of `tinyBatch`, and the slope along v[j][k] = cos(0.3 k + j), which has every
/// gradient in it:
///
///     m = BertForTokenClassification(BertConfig(vocab_size=20, hidden_size=8, …))
///     adapters.init(m); m.add_adapter("ner", config=…); m.set_active_adapters("ner"); m.double()
///     loss = m(input_ids, attention_mask, labels).loss
///     slope = sum((g * v).sum() for g, v in zip(torch.autograd.grad(loss, p), v))
@Suite struct AdapterReferenceTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var module: String
    var architecture: EncoderArchitecture
    var loss: Double
    var slope: Double
    var testDescription: String { "\(module), \(architecture)" }

    init(_ module: String, _ architecture: EncoderArchitecture, loss: Double, slope: Double) {
      self.module = module
      self.architecture = architecture
      self.loss = loss
      self.slope = slope
    }
  }

  static let modules: [String: any Adapter] = [
    // PrefixTuningConfig(prefix_length=3, bottleneck_size=5), and flat=True
    "prefix": PrefixAdapter(length: 3, bottleneckSize: 5),
    "flat prefix": PrefixAdapter(length: 3, bottleneckSize: 0),
    // adapters.IA3Config(); LoRAConfig(r=1, alpha=2, composition_mode="scale", …)
    "ia3": ScalingAdapter(),
    "scale": ScalingAdapter(outputs: [.query, .output], scale: 2),
    // LoRAConfig(r=2, alpha=3, attn_matrices=["q", "k", "v"], intermediate_lora=True, …)
    "lora": LowRankAdapter(
      rank: 2, alpha: 3, targets: [.query, .key, .value, .intermediate, .output]),
    // DoubleSeqBnConfig, SeqBnConfig and ParBnConfig with reduction_factor=4
    "houlsby": BottleneckAdapter(placement: .houlsby, reductionFactor: 4),
    "pfeiffer": BottleneckAdapter(placement: .pfeiffer, reductionFactor: 4),
    "parallel": BottleneckAdapter(placement: .parallel, reductionFactor: 4),
    // peft.IA3Config as it is for BERT, which has vectors before both `output.dense` of a layer
    "peft ia3": ScalingAdapter(outputs: [.key, .value], inputs: [.attentionOutput, .output]),
    // peft.LoraConfig(r=2, lora_alpha=3, target_modules=["dense"])
    "peft lora": LowRankAdapter(
      rank: 2, alpha: 3, targets: [.attentionOutput, .intermediate, .output]),
  ]

  @Test(arguments: [
    Case("prefix", .bert, loss: 2.827234530, slope: 1.486880746),
    Case("prefix", .xlmRoberta, loss: 2.472638045, slope: -0.330583299),
    Case("flat prefix", .bert, loss: 2.289262190, slope: 2.291108114),
    Case("flat prefix", .xlmRoberta, loss: 2.611507002, slope: 0.462637622),
    Case("ia3", .bert, loss: 2.685653701, slope: 1.743500017),
    Case("ia3", .xlmRoberta, loss: 2.481153176, slope: -0.615767457),
    Case("scale", .bert, loss: 3.102122061, slope: 0.413382191),
    Case("scale", .xlmRoberta, loss: 2.092042910, slope: -0.133603112),
    Case("lora", .bert, loss: 1.975014286, slope: 0.101340240),
    Case("lora", .xlmRoberta, loss: 3.598628900, slope: -2.302249700),
    Case("houlsby", .bert, loss: 2.197883214, slope: -1.190172387),
    Case("houlsby", .xlmRoberta, loss: 1.859533802, slope: 1.092780953),
    Case("pfeiffer", .bert, loss: 2.471587364, slope: 1.667532170),
    Case("pfeiffer", .xlmRoberta, loss: 1.716324478, slope: -0.171957903),
    Case("parallel", .bert, loss: 1.851231358, slope: 1.687144259),
    Case("parallel", .xlmRoberta, loss: 1.941451672, slope: 0.757832508),
    Case("peft ia3", .bert, loss: 2.325823801, slope: -0.106294302),
    Case("peft ia3", .xlmRoberta, loss: 1.906430481, slope: 1.239980895),
    Case("peft lora", .bert, loss: 1.945262616, slope: -1.209275347),
    Case("peft lora", .xlmRoberta, loss: 2.715880167, slope: -0.987089428),
  ])
  func `loss and gradients are those of the libraries`(reference: Case) throws {
    let adapter = try #require(Self.modules[reference.module])
    let model = tinyClassifier(reference.architecture, adapter: adapter)
    let parameters = filled(tinyShapes(model))
    let leaves = parameters.leaves { _ in true }
    let names = leaves.sortedNames
    let loss = model.loss(leaves, tinyBatch())
    let slopes = gradients(of: loss, for: names.compactMap { leaves[$0] })
    var slope = 0.0
    for (j, gradient) in slopes.enumerated() {
      for (k, number) in (gradient?.doubles ?? []).enumerated() {
        slope += number * cos(0.3 * Double(k) + Double(j))
      }
    }
    expectClose([loss.scalar, slope], [reference.loss, reference.slope], tolerance: 1e-8)
  }

  private func filled(_ shapes: [ParameterName: [Int]]) -> Parameters {
    var result: Parameters = [:]
    for (j, name) in shapes.keys.sorted().enumerated() {
      let shape = shapes[name] ?? []
      let numbers = (0..<shape.reduce(1, *)).map { k in
        0.4 * sin(1.7 * Double(k) + 0.9 * Double(j)) + (name.hasSuffix("LayerNorm.weight") ? 1 : 0)
      }
      result[name] = numbers.withUnsafeBytes { Tensor(bytes: $0, type: .float64, shape: shape) }
    }
    return result
  }
}
