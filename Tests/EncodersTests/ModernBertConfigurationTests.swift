import Encoders
import Foundation
import ModelFiles
import TestSupport
import Testing

/// How `config.json` of a ModernBERT is read, as transformers 4 and 5 write it.
@Suite struct ModernBertConfigurationTests {
  private static let sizes = """
    "model_type": "modernbert", "vocab_size": 100, "hidden_size": 8, "num_hidden_layers": 4,
    "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 64
    """

  private func read(_ fields: String) throws -> EncoderConfiguration {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "config.json").path
      try "{\(Self.sizes), \(fields)}".write(toFile: path, atomically: true, encoding: .utf8)
      return try EncoderConfiguration.read(path: path)
    }
  }

  @Test(arguments: [
    (#""global_rope_theta": 200000.0, "local_rope_theta": 30000.0"#, 200_000.0, 30_000.0),
    (#""global_rope_theta": 200000.0, "local_rope_theta": null"#, 200_000, 200_000),
    (#""global_rope_theta": 200000.0"#, 200_000, 10_000),
    (
      """
      "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 160000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 170000.0}}
      """, 160_000, 170_000
    ),
  ])
  func `the bases of the rotary positions`(fields: String, global: Double, local: Double) throws {
    let settings = try read(fields).modernBert
    #expect(settings.globalTheta == global && settings.localTheta == local)
  }

  @Test(arguments: [
    (
      #""rope_parameters": {"full_attention": {"rope_type": "yarn", "rope_theta": 1.0}}"#,
      "rope_parameters: only the rope_type default is supported"
    ),
    (
      """
      "layer_types": ["full_attention", "full_attention", "sliding_attention", "full_attention"]
      """, "layer_types: it must follow global_attn_every_n_layers"
    ),
  ])
  func `what would compute something else is refused by name`(fields: String, problem: String) {
    let error = #expect(throws: ModelFileError.self) { try read(fields) }
    #expect(error?.problem == problem)
  }

  @Test func `layer types that follow the number are read`() throws {
    let settings = try read(
      """
      "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"]
      """
    ).modernBert
    #expect(settings.globalEvery == 3)
  }
}
