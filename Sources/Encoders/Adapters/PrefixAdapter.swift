package import Tensors

/// Learned keys and values before those of each layer's attention: prefix tuning.
///
/// Li and Liang 2021. With a bottleneck the prefix comes out of a network, which is easier to
/// train; without one it is learned itself:
///
///     prefix = W₂ tanh(W₁ E + b₁) + b₂        E: one row for each position
///
/// Each number of the prefix is a key or a value of one layer; the layout is AdapterHub's,
/// (prefixLength, layers × {key, value}, heads, headSize). The positions of the prefix come before
/// the sentence and count for nothing else: every subword attends to them, whatever the padding.
///
/// There is no fresh prefix that changes nothing: attention shares its weight with every position
/// added to it. A fresh one is random, as AdapterHub's.
package struct PrefixAdapter: Adapter, Hashable {
  /// How many positions are put before a sentence.
  package var length: Int
  /// The size inside the network that makes the prefix; 0 learns the prefix itself.
  package var bottleneckSize: Int
  /// Inside the network that makes the prefix.
  package var activation: Activation

  /// AdapterHub's sizes, unless others are named.
  package init(length: Int = 30, bottleneckSize: Int = 512, activation: Activation = .tanh) {
    precondition(length >= 1, "A prefix has at least one position")
    precondition(bottleneckSize >= 0, "A bottleneck has no negative size")
    self.length = length
    self.bottleneckSize = bottleneckSize
    self.activation = activation
  }

  /// What the parameters' names begin with; `adapters` calls DistilBERT's place by another word.
  private func name(in configuration: EncoderConfiguration) -> String {
    Self.name(in: configuration)
  }

  static func name(in configuration: EncoderConfiguration) -> String {
    let architecture = configuration.architecture
    let place = architecture == .distilbert ? "self" : "self_prefix"
    return "\(architecture.prefix).prefix_tuning.prefix_tunings.ner.\(place)"
  }

  package func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]] {
    let name = name(in: configuration)
    let hidden = configuration.hiddenSize
    let count = configuration.layerCount * 2 * hidden
    guard bottleneckSize > 0 else { return ["\(name).control_trans": [length * count]] }
    return [
      "\(name).wte.weight": [length, hidden],
      "\(name).control_trans.0.weight": [bottleneckSize, hidden],
      "\(name).control_trans.0.bias": [bottleneckSize],
      "\(name).control_trans.2.weight": [count, bottleneckSize],
      "\(name).control_trans.2.bias": [count],
    ]
  }

  package func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters {
    let shapes = shapes(in: configuration)
    var result: Parameters = [:]
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      if name.contains(".control_trans.") {
        // PyTorch's nn.Linear: uniform within ±1 / √inputs, weights and biases alike
        let inputs = name.contains(".0.") ? configuration.hiddenSize : bottleneckSize
        result[name] = (generator.uniform(shape) * 2 - 1) / Double(inputs).squareRoot()
      } else {
        result[name] = generator.normal(shape)
      }
    }
    return result
  }

  package func prefixes(
    in configuration: EncoderConfiguration, parameters: ParameterReader
  ) -> [AttentionPrefix] {
    let shape = [configuration.attentionHeadCount, length, configuration.headSize]
    let all = numbers(in: configuration, parameters)
      .reshaped([length, configuration.layerCount * 2, shape[0], shape[2]])
      .permuted([1, 2, 0, 3])  // (layers × {key, value}, heads, prefixLength, headSize)
    return (0..<configuration.layerCount).map { layer in
      AttentionPrefix(
        keys: all.slice(2 * layer..<2 * layer + 1).reshaped(shape),
        values: all.slice(2 * layer + 1..<2 * layer + 2).reshaped(shape))
    }
  }

  /// Every key and value, in AdapterHub's layout.
  private func numbers(
    in configuration: EncoderConfiguration, _ parameters: ParameterReader
  ) -> Tensor {
    let name = name(in: configuration)
    guard bottleneckSize > 0 else { return parameters["\(name).control_trans"] }
    func linear(_ layer: Int, _ input: Tensor) -> Tensor {
      input.linear(
        weight: parameters["\(name).control_trans.\(layer).weight"],
        bias: parameters["\(name).control_trans.\(layer).bias"])
    }
    return linear(2, activation(linear(0, parameters["\(name).wte.weight"])))
  }

  /// The one name of a parameter that AdapterHub stores under several.
  ///
  /// The prefix of all layers is one module, which every layer holds; a saved adapter has it once
  /// for the model and once for each layer:
  ///
  ///     bert.encoder.layer.0.attention.self.prefix_tuning.pool.prefix_tunings.ner.…
  ///     → bert.prefix_tuning.prefix_tunings.ner.…
  ///
  /// Any other name stays as it is.
  package static func sharedName(of stored: ParameterName) -> ParameterName {
    guard
      let layer = stored.firstRange(of: ".encoder.layer.")
        ?? stored.firstRange(of: ".transformer.layer."),
      let pool = stored.firstRange(of: ".prefix_tuning.pool.")
    else { return stored }
    return stored[..<layer.lowerBound] + ".prefix_tuning." + stored[pool.upperBound...]
  }
}
