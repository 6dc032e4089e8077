import Foundation
import NamedEntities

/// The sizes in a model directory's `config.json` that settings depend on.
struct EncoderSizes: Hashable {
  /// The size of a hidden state.
  var hiddenSize: Int
  /// The longest input in subwords, special ones included; nil where the file has none.
  var maximumSubwords: Int?

  /// Sizes given one by one.
  init(hiddenSize: Int, maximumSubwords: Int?) {
    self.hiddenSize = hiddenSize
    self.maximumSubwords = maximumSubwords
  }

  /// The sizes of a model directory; nil where its configuration cannot be read.
  init?(directory: String) {
    guard let data = try? OrdinaryFile.contents(of: directory + "/config.json", limit: 16 << 20),
      let fields = try? JSONDecoder().decode(Fields.self, from: data),
      let size = fields.hiddenSize ?? fields.dim, size > 0
    else { return nil }
    hiddenSize = size
    // RoBERTa and its kin count positions from the padding subword's id on.
    let countsFromPadding = ["roberta", "xlm-roberta", "camembert"].contains(fields.modelType)
    let unused = countsFromPadding ? (fields.paddingID ?? 1) + 1 : 0
    maximumSubwords = fields.positions.map { $0 - unused }
  }

  private struct Fields: Decodable {
    var modelType: String?
    var hiddenSize: Int?
    /// DistilBERT's name of the hidden size.
    var dim: Int?
    var positions: Int?
    var paddingID: Int?

    enum CodingKeys: String, CodingKey {
      case modelType = "model_type"
      case hiddenSize = "hidden_size"
      case dim
      case positions = "max_position_embeddings"
      case paddingID = "pad_token_id"
    }
  }
}
