package import Tensors

/// A model whose adapter has become part of its plain weights, for formats that know none.
package enum PlainModel {
  /// Throws unless an adapter with these parameters can become part of plain weights.
  ///
  /// LoRA, IA3 and BitFit can; a bottleneck only where it does nothing, as a fresh one.
  package static func check(_ adapter: any Adapter, _ own: Parameters) throws(UnsupportedAdapter) {
    if adapter is any MergeableAdapter || doesNothing(adapter, own) { return }
    throw UnsupportedAdapter(
      "A Hugging Face directory has no place for \(kind(of: adapter)), which cannot be merged into "
        + "the weights. --format adapterhub has a place for it.")
  }

  /// The parameters without the adapter's, which are merged into the weights that they change.
  package static func parameters(
    of adapter: any Adapter, merging parameters: Parameters
  ) throws(UnsupportedAdapter) -> Parameters {
    try check(adapter, parameters.filter { isAdapterParameter($0.key) })
    if let adapter = adapter as? any MergeableAdapter { return adapter.merged(into: parameters) }
    return parameters.filter { !isAdapterParameter($0.key) }
  }

  private static func doesNothing(_ adapter: any Adapter, _ own: Parameters) -> Bool {
    adapter is BottleneckAdapter
      && own.filter { $0.key.contains(".adapter_up.") }
        .allSatisfy { $0.value.floats.allSatisfy { $0 == 0 } }
  }

  private static func kind(of adapter: any Adapter) -> String {
    switch adapter {
    case let adapter as BottleneckAdapter: "a \(adapter.placement.rawValue) bottleneck"
    case is PrefixAdapter: "a prefix"
    default: "a module like \(type(of: adapter))"
    }
  }
}
