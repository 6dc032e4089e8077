import Experiments
import Foundation
import LabNotebook
import NamedEntities
import RunFolders

/// A run's predictions: files of `word<TAB>gold<TAB>predicted`, a blank line between sentences.
struct PredictionExport {
  private struct File {
    var name: String
    var path: String
  }

  let run: RunRecord
  let language: String?
  let split: String?

  /// Writes the one file that language and split choose, or a folder of all.
  func write(to target: ExportTarget) throws {
    let files = files
    guard let first = files.first else {
      let what = [language, split].compactMap(\.self).joined(separator: " ")
      throw CommandFailure(
        "run #\(run.id) is \(run.state.rawValue) and has no predictions"
          + (what.isEmpty ? "" : " for \(what)") + ": they are made after tuning")
    }
    if target.path == "-" || (language != nil && split != nil) {
      guard files.count == 1 else {
        throw CommandFailure(
          "run #\(run.id) has predictions for \(files.map(\.name).joined(separator: ", ")); choose "
            + "one by --language and --split")
      }
      try target.write(try text(of: first))
      return
    }
    try target.checkFolder()
    let folder = ExportTarget(path: target.absolutePath, force: true)
    for file in files {
      try folder.write(Data(try text(of: file).utf8), inFolderAs: file.name + ".conll")
    }
  }

  private var files: [File] {
    let folder = run.folder + "/predictions"
    return run.experiment[Settings.tuningLanguages].filter { language == nil || $0 == language }
      .flatMap { language in
        run.experiment[Settings.evaluationSplits].map(\.rawValue).filter {
          split == nil || $0 == split
        }
        .map { File(name: "\(language).\($0)", path: "\(folder)/\(language).\($0).conll") }
      }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }

  private func text(of file: File) throws -> String {
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw CommandFailure("\(file.path) cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
