package import Tensors

/// A model whose adapter has become part of its plain weights, for formats that know none.
package enum PlainModel {
  /// Throws unless an adapter with these parameters can become part of plain weights.
  ///
  /// LoRA can; a bottleneck only where it does nothing, as a fresh one.
  package static func check(_ adapter: any Adapter, _ own: Parameters) throws(UnsupportedAdapter) {
    if adapter is LowRankAdapter || doesNothing(adapter, own) { return }
    throw UnsupportedAdapter(
      "A Hugging Face directory has no place for \(kind(of: adapter)), which cannot be merged into "
        + "the weights. --format adapterhub has a place for it.")
  }

  /// The parameters without the adapter's, which are merged into the weights that they change.
  ///
  /// For LoRA (Hu et al. 2022): W + (alpha / rank) · B A.
  package static func parameters(
    of adapter: any Adapter, merging parameters: Parameters
  ) throws(UnsupportedAdapter) -> Parameters {
    let own = parameters.filter { isAdapterParameter($0.key) }
    try check(adapter, own)
    var plain = parameters.filter { !isAdapterParameter($0.key) }
    guard let adapter = adapter as? LowRankAdapter else { return plain }
    let suffix = ".loras.ner.lora_A"
    for name in own.keys where name.hasSuffix(suffix) {
      let layer = name.dropLast(suffix.count)
      guard let a = own[name], let b = own[layer + ".loras.ner.lora_B"],
        let weight = plain[layer + ".weight"]
      else { continue }
      plain[layer + ".weight"] = withoutGradients {
        weight + b.matrixProduct(a) * (adapter.alpha / Double(adapter.rank))
      }
    }
    return plain
  }

  private static func doesNothing(_ adapter: any Adapter, _ own: Parameters) -> Bool {
    guard adapter is BottleneckAdapter else { return false }
    return own.filter { $0.key.contains(".adapter_up.") }
      .allSatisfy { $0.value.floats.allSatisfy { $0 == 0 } }
  }

  private static func kind(of adapter: any Adapter) -> String {
    switch adapter {
    case let adapter as BottleneckAdapter: "a \(adapter.placement.rawValue) bottleneck"
    default: "a module like \(type(of: adapter))"
    }
  }
}
