import Foundation
package import ModelFiles
package import Tensors

extension SavedAdapter {
  /// Reads the folder of an adapter that AdapterHub or peft saved, whichever it was.
  package init(folder path: String, for configuration: EncoderConfiguration) throws {
    let file = try ConfigurationFile(
      folder: path, name: "adapter_config.json", writer: "AdapterHub or peft")
    self =
      try file["peft_type"] == nil
      ? AdapterHubFolder.read(path, configuration: configuration)
      : PeftFolder.read(path, configuration: configuration)
  }

  /// An encoder with the adapter in it: its configuration, and every parameter but a head's that
  /// the adapter was saved without.
  package func applied(
    to configuration: EncoderConfiguration, _ encoder: Parameters
  ) throws(ModelFileError) -> (Encoder, Parameters) {
    var (configuration, all) = (configuration, encoder)
    if countsPrefixPositions, let prefix = adapter as? PrefixAdapter {
      guard prefix.length + 3 <= configuration.maximumSubwords else {
        throw ModelFileError(
          path: baseModel,
          problem: "the encoder has positions for \(configuration.maximumSubwords) subwords",
          expected: "more than the \(prefix.length) of the prefix")
      }
      (configuration, all) = PrefixPositions.uncounted(prefix.length, in: configuration, all)
    }
    return (Encoder(configuration, adapter: adapter), all.merging(parameters) { $1 })
  }
}
