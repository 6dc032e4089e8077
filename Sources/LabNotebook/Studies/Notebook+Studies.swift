package import Experiments
import Files
import Foundation
import RunFolders

/// A study whose plan lies in a file.
package struct StudyFile: Hashable, Sendable {
  /// What the study is called.
  package var name: String
  /// The file.
  package var path: String

  /// A study's name and file.
  package init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}

extension Notebook {
  /// Keeps a study's plan in the notebook's folder, `studies/<name>/study.toml` beside its
  /// `base.toml`, so that its table can be shown wherever its own file went.
  ///
  /// A study of the same name that was kept before is replaced. Paths become absolute.
  ///
  /// - Parameter near: The study's file; relative paths may be relative to it.
  /// - Returns: The path of the kept file.
  @discardableResult
  package func keep(_ study: Study, near: String?) throws -> String {
    var kept = study
    kept.base = try study.base.resolved(near: near)
    func resolved(_ variant: Study.Variant) throws -> Study.Variant {
      var variant = variant
      variant.changes = try variant.changes.map { change in
        var experiment = kept.base
        try experiment.set(change.key, to: change.value)
        guard let value = try experiment.resolved(near: near)[key: change.key] else {
          return change
        }
        let isPath = Settings.descriptor(change.key)?.kind == .path
        return isPath ? Study.Change(key: change.key, value: value) : change
      }
      return variant
    }
    kept.methods = try study.methods.map(resolved)
    kept.tunings = try study.tunings.map(resolved)
    let folder = "\(self.folder)/studies/\(Self.folderName(of: study.name))"
    let path = folder + "/study.toml"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try AtomicFile.write(kept.base.toml(), to: folder + "/base.toml")
      try AtomicFile.write(kept.toml(base: "base.toml"), to: path)
    } catch {
      throw NotebookError(
        .readOnly, path: folder,
        problem: "the study cannot be kept there (\(error.localizedDescription))",
        advice: "Check the folder's permissions and its disk.")
    }
    return path
  }

  /// The studies whose plans the notebook keeps, by name; a file that cannot be read is left out.
  package func keptStudies() -> [StudyFile] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/studies")) ?? []
    return folders.compactMap { name in
      let path = "\(folder)/studies/\(name)/study.toml"
      return (try? Study.load(path: path)).map { StudyFile(name: $0.name, path: path) }
    }.sorted { ($0.name, $0.path) < ($1.name, $1.path) }
  }

  // MARK: Grids that wait for timing runs

  /// The file that says that a kept study's grid is to be queued when its methods have been timed.
  private static func waitingMark(of file: String) -> String {
    PathText.folder(of: file) + "/waits-for-timing"
  }

  /// Says whether the grid of a kept study is to be queued when its methods have been timed.
  ///
  /// - Parameter file: The path that `keep` returned.
  package func setWaitsForTiming(_ waits: Bool, studyFile file: String) throws {
    let mark = Self.waitingMark(of: file)
    if waits {
      try explainingFiles { try AtomicFile.write("", to: mark) }
    } else if unlink(mark) != 0, errno != ENOENT {
      throw NotebookError(
        .readOnly, path: mark,
        problem: "it cannot be removed (\(String(cString: strerror(errno))))",
        advice: "Check the folder's permissions.")
    }
  }

  /// The kept studies whose grids are to be queued when their methods have been timed.
  package func studiesWaitingForTiming() -> [StudyFile] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/studies")) ?? []
    return folders.sorted().compactMap { name in
      let path = "\(folder)/studies/\(name)/study.toml"
      guard access(Self.waitingMark(of: path), F_OK) == 0 else { return nil }
      return (try? Study.load(path: path)).map { StudyFile(name: $0.name, path: path) }
    }
  }

  /// A study's name as a folder's: letters and digits, and a number that tells apart what is left.
  private static func folderName(of study: String) -> String {
    let words = study.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    let plain = String(words.prefix(60))
    if !plain.isEmpty, plain.allSatisfy(\.isASCII), study == plain.replacing("-", with: " ") {
      return plain
    }
    // Names that differ in signs or case only have folders of their own.
    let tail = String(FNV1a.bits32(study.utf8), radix: 16)
    return plain.isEmpty ? tail : "\(plain)-\(tail)"
  }
}
