import Experiments
import Foundation
import ModelFiles

/// The directory of a model that is named by a path, or by its name in the Hugging Face cache.
///
/// What is neither stays as it was typed, for the reader of the directory to say what is wrong.
func locatedModel(_ path: String) throws(ModelFileError) -> String {
  if FileManager.default.fileExists(atPath: path) { return path }
  if let found = ResourceLocator.encoder(path, near: nil) { return found }
  guard let command = HuggingFaceCache.advice(downloading: path) else { return path }
  throw ModelFileError(
    path: path,
    problem: "there is no such directory, and no model of that name in the Hugging Face cache "
      + "(\(HuggingFaceCache().folder))",
    expected: "a Hugging Face model directory, or the name of a model that was downloaded",
    advice: "To download it: \(command)")
}
