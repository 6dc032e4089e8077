import Foundation
import ModelFiles

extension ModelDirectory {
  /// The forms in which transformers saves weights, in the order in which it looks for them.
  private enum WeightForm: String, CaseIterable {
    case safetensors = "model.safetensors"
    case shardedSafetensors = "model.safetensors.index.json"
    case torch = "pytorch_model.bin"
    case shardedTorch = "pytorch_model.bin.index.json"

    func open(_ path: String) throws(ModelFileError) -> any TensorArchive {
      switch self {
      case .safetensors: try SafetensorsFile(path: path)
      case .torch: try TorchArchive(path: path)
      case .shardedSafetensors:
        try ShardedArchive(index: path) { shard throws(ModelFileError) in
          try SafetensorsFile(path: shard)
        }
      case .shardedTorch:
        try ShardedArchive(index: path) { shard throws(ModelFileError) in
          try TorchArchive(path: shard)
        }
      }
    }
  }

  /// Opens the weights, whichever form they are in, without reading a number.
  func weights() throws(ModelFileError) -> any TensorArchive {
    for form in WeightForm.allCases {
      let file = path + "/" + form.rawValue
      if FileManager.default.fileExists(atPath: file) { return try form.open(file) }
    }
    let foreign = ["tf_model.h5", "flax_model.msgpack", "model.ckpt.index", "model.onnx"]
      .first { FileManager.default.fileExists(atPath: path + "/" + $0) }
    throw ModelFileError(
      path: path + "/" + WeightForm.safetensors.rawValue, problem: "there is no such file",
      expected: "the model's weights as model.safetensors or pytorch_model.bin, whole or in parts "
        + "with an index",
      advice: foreign.map {
        "The directory has \($0): load it with transformers and save it with save_pretrained()."
      } ?? "Download the whole model directory, or save the model with save_pretrained().")
  }
}
