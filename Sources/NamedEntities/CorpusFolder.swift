import Foundation

/// A corpus on disk: a folder for each language with a file for each split, or such files side by
/// side.
///
///     panx/en/train  panx/en/dev  panx/en/test  panx/hi/train …
///     ud/en_ewt-ud-train.iob2  ud/en_ewt-ud-dev.iob2  ud/de_pud-ud-test.iob2 …
///
/// Several folders may be joined by `:`, as in a search path; a language is taken from the first
/// that has it. Without a format, each file says by its name and its lines how it is written.
package struct CorpusFolder: Sendable {
  /// The folder, or folders joined by `:`, as they were named.
  package let path: String
  /// The languages that are there, sorted by name.
  package let languages: [String]
  /// Folders in it that have no file of a split, which may be misnamed or unreadable.
  package let foldersWithoutSplits: [String]
  /// What else was left aside, a sentence each.
  package let ignored: [String]
  /// How its files are read.
  package let options: CorpusOptions

  private let files: [String: LanguageFiles]

  /// Looks which languages and splits are in the folder; of files it reads no more than the beginning.
  ///
  /// - Parameter format: How every file is written; nil looks at each language's files.
  package init(path: String, format: CorpusFormat? = nil) throws {
    try self.init(path: path, options: CorpusOptions(format: format))
  }

  /// Looks which languages and splits are in the folder; of files it reads no more than the beginning.
  package init(path: String, options: CorpusOptions) throws {
    var files: [String: LanguageFiles] = [:]
    var (strangers, ignored): ([String], [String]) = ([], [])
    let folders = Self.folders(of: path)
    if folders.isEmpty {
      throw CorpusError(
        path: "‘\(path)’", problem: "the path names no folder",
        expected: "a folder with one folder a language, or several joined by ':'",
        advice: "Check data.path, or the path you gave.")
    }
    for folder in folders {
      guard let content = FolderContent(folder) else {
        throw CorpusError(
          path: folder, problem: "there is no such folder",
          expected: "a folder with one folder a language",
          advice: "Check data.path, or the path you gave.")
      }
      var found = content.languages(format: options.format)
      for name in content.folders {
        let inner = FolderContent("\(folder)/\(name)")
        switch inner?.oneLanguage(format: options.format) {
        case .files(let files, let others):
          found[name] = files
          ignored += others
        case .several(let reason): ignored.append("\(folder)/\(name): \(reason)")
        case .otherFormat: break
        case .nothing, nil: strangers.append("\(folder)/\(name)")
        }
      }
      if found.isEmpty { throw content.noLanguages(format: options.format) }
      ignored += content.ignored(languages: found)
      files.merge(found) { first, _ in first }
    }
    self.path = path
    self.options = options
    self.files = files
    self.ignored = ignored
    foldersWithoutSplits = strangers
    languages = files.keys.sorted()
  }

  /// The folders that a path joined by `:` names; a folder whose name has a colon is one.
  package static func folders(of path: String) -> [String] {
    if FileManager.default.fileExists(atPath: path) { return [path] }
    return path.split(separator: ":").map(String.init)
  }

  /// The splits of a language that are there, of train, dev and test; none for a language that
  /// is not there.
  package func splits(of language: String) -> [String] {
    CorpusSplit.allCases.filter { files[language]?.paths[$0] != nil || cuts($0, of: language) }
      .map(\.rawValue)
  }

  /// Whether the dev of a language is cut from its training sentences.
  package func cutsDev(of language: String) -> Bool { cuts(.dev, of: language) }

  private func cuts(_ split: CorpusSplit, of language: String) -> Bool {
    guard options.devFromTrain > 0, split == .dev, let paths = files[language]?.paths else {
      return false
    }
    return paths[.dev] == nil && paths[.train] != nil
  }

  /// How a language's files are written, as its first one tells; nil for a language that is not there.
  package func format(of language: String) -> CorpusFormat? {
    guard let files = files[language] else { return nil }
    let first = CorpusSplit.allCases.lazy.compactMap { files.paths[$0] }.first
    return options.format ?? first.map { $0.format }
  }

  /// The first `limit` sentences of a split, or all.
  ///
  /// Without a `scheme` it is found out from the tags. Once `isCancelled` says so, what was read so
  /// far is returned.
  package func sentences(
    language: String, split: String, limit: Int? = nil, scheme: TagScheme? = nil,
    isCancelled: () -> Bool = { false }
  ) throws -> [Sentence] {
    try file(language: language, split: split)
      .read(limit: limit, scheme: scheme, isCancelled: isCancelled).sentences
  }

  /// The scheme that a split's tags follow.
  package func scheme(language: String, split: String) throws -> TagScheme {
    try file(language: language, split: split).read().scheme
  }

  func file(language: String, split: String) throws(CorpusError) -> CorpusFile {
    guard let known = files[language] else {
      let folder = Self.folders(of: path).last ?? path
      let format = files.values.contains { $0.isPanx } ? CorpusFormat.panx : .conll
      throw CorpusError(
        path: path, problem: "there is no language ‘\(language)’",
        expected: "one of those that are there: \(languages.joined(separator: " "))",
        advice: "Name one of them, or add a folder \(folder)/\(language) with the files "
          + CorpusFormat.splits.map { format.fileNames(ofSplit: $0)[0] }.joined(separator: ", ")
          + ".")
    }
    let wanted = CorpusSplit(rawValue: split)
    let isCut = cutsDev(of: language)
    if isCut, wanted == .dev, let train = known.paths[.train] {
      return corpusFile(train, .last(options.devFromTrain))
    }
    guard let wanted, let file = known.paths[wanted] else {
      let names = (known.isPanx ? CorpusFormat.panx : .conll).fileNames(ofSplit: split)
        .joined(separator: " or ")
      throw CorpusError(
        path: known.place, problem: "there is no split ‘\(split)’",
        expected: "one of those that are there: "
          + self.splits(of: language).joined(separator: " "),
        advice: "Use one of them, or add the file \(names)"
          + (wanted == .dev ? ", or set data.devFromTrain to use part of train as dev." : "."))
    }
    return corpusFile(file, isCut && wanted == .train ? .allButLast(options.devFromTrain) : .all)
  }

  private func corpusFile(_ file: SplitFile, _ part: CorpusFile.Part) -> CorpusFile {
    CorpusFile(
      path: file.path, format: options.format ?? file.format, options: options, part: part)
  }
}

/// A file of a split, as its name has it.
private struct SplitFile {
  var path: String
  var name: SplitFileName

  /// How it is written, as its name and its first lines tell.
  var format: CorpusFormat { CorpusFormat.told(by: path, name: name.format) }

  var fileName: String { (path as NSString).lastPathComponent }
}

/// The files of a language.
private struct LanguageFiles {
  /// The folder that they are in.
  var place: String
  var paths: [CorpusSplit: SplitFile]

  var isPanx: Bool { paths.values.contains { $0.name.format == .panx } }
}

/// What is in a folder of a corpus.
private struct FolderContent {
  let path: String
  /// The names of the folders in it, sorted.
  private(set) var folders: [String] = []
  /// The files in it that are named as splits.
  private var splits: [SplitFile] = []
  /// The names of its other files.
  private var others: [String] = []

  /// What a folder is for a corpus.
  enum Role {
    case files(LanguageFiles, ignored: [String])
    /// Files of several languages.
    case several(reason: String)
    /// Files that are written otherwise than they are to be.
    case otherFormat
    case nothing
  }

  init?(_ path: String) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
    self.path = path
    for name in names.sorted() {
      var isFolder: ObjCBool = false
      let full = "\(path)/\(name)"
      guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        folders.append(name)
      } else if let split = SplitFileName(name) {
        splits.append(SplitFile(path: full, name: split))
      } else {
        others.append(name)
      }
    }
  }

  /// The folder as that of one language, whose name counts.
  func oneLanguage(format: CorpusFormat?) -> Role {
    guard !splits.isEmpty else { return .nothing }
    let fitting = splits.filter { format == nil || $0.format == format }
    guard !fitting.isEmpty else { return .otherFormat }
    // Those that name no language, or that of the folder, are preferred.
    let own = (path as NSString).lastPathComponent
    func isOwn(_ file: SplitFile) -> Bool { file.name.language.map { $0 == own } ?? true }
    let groups = Dictionary(grouping: fitting, by: \.name.split)
    for files in groups.values where !files.contains(where: isOwn) {
      let languages = Set(files.compactMap(\.name.language)).sorted()
      if languages.count > 1 {
        return .several(
          reason: "it has files of several languages (\(languages.joined(separator: ", "))); name "
            + "this folder to read them.")
      }
    }
    let (files, ignored) = chosen(fitting, preferring: isOwn)
    return .files(files, ignored: ignored + unknown)
  }

  /// The languages whose files lie in the folder itself.
  func languages(format: CorpusFormat?) -> [String: LanguageFiles] {
    let fitting = splits.filter { file in
      file.name.language != nil && (format == nil || file.format == format)
        && CorpusFormat.looksLikeCorpus(file.path, name: file.name.format)
    }
    return Dictionary(grouping: fitting) { $0.name.language ?? "" }
      .mapValues { chosen($0).files }
  }

  /// What of the folder's own files is left aside when some languages were found, a sentence each.
  func ignored(languages: [String: LanguageFiles]) -> [String] {
    let taken = Set(languages.values.flatMap { $0.paths.values.map(\.path) })
    return splits.filter { !taken.contains($0.path) }.map { file in
      let isKnown = file.name.language.map { languages[$0] != nil } ?? false
      let reason =
        file.name.language == nil
        ? "its name has no language and it is in no language's folder"
        : isKnown
          ? "another file is that split of the language" : "there are no tags in its first lines"
      return "\(file.path): ignored, \(reason)."
    } + unknown
  }

  /// The preferred file of each split, and what was said of the others.
  private func chosen(
    _ files: [SplitFile], preferring isOwn: (SplitFile) -> Bool = { _ in true }
  ) -> (files: LanguageFiles, ignored: [String]) {
    var language = LanguageFiles(place: path, paths: [:])
    var ignored: [String] = []
    for (split, group) in Dictionary(grouping: files, by: \.name.split) {
      func rank(_ file: SplitFile) -> [Int] { [isOwn(file) ? 0 : 1] + file.name.rank }
      let sorted = group.sorted { one, other in
        rank(one) == rank(other)
          ? one.path.utf8.lexicographicallyPrecedes(other.path.utf8)
          : rank(one).lexicographicallyPrecedes(rank(other))
      }
      guard let first = sorted.first else { continue }
      language.paths[split] = first
      ignored += sorted.dropFirst().map {
        "\($0.path): ignored, \(first.fileName) is taken for \(split.rawValue)."
      }
    }
    return (language, ignored.sorted())
  }

  /// The files that are no splits by their names, without those that nobody takes for data.
  private var unknown: [String] {
    let quiet = ["readme", "license", "licence", "copying", "dataset_info", "dataset_infos"]
    let lists = ["tags", "labels", "ner_tags"]
    return others.filter { name in
      let stem = name.lowercased().prefix { $0 != "." }
      return !name.hasPrefix(".") && !name.lowercased().hasSuffix(".md")
        && !(quiet + lists).contains(String(stem))
    }.map { name in
      let isBinary = [".parquet", ".arrow"].contains { name.lowercased().hasSuffix($0) }
      return "\(path)/\(name): ignored, "
        + (isBinary
          ? "it is no text; write it as JSON lines by ds[split].to_json(path)."
          : "it is not named as a file of \(SplitFileName.expectation) with an ending that is read.")
    }
  }

  func noLanguages(format: CorpusFormat?) -> CorpusError {
    let inner = folders.compactMap { FolderContent("\(path)/\($0)") }
    let names = (folders + splits.map(\.fileName) + others).sorted()
    let advice =
      if format != nil, let other = inner.lazy.compactMap(\.splits.first).first {
        "The files that are there are named as \(other.format.rawValue) has them: set data.format to "
          + "\(other.format.rawValue)."
      } else if splits.contains(where: { $0.name.language == nil }) {
        "This looks like the folder of one language: name the folder that it is in."
      } else {
        "In it there is now: \(names.isEmpty ? "nothing" : names.prefix(12).joined(separator: " "))."
      }
    return CorpusError(
      path: path, problem: "there is no language folder in it",
      expected: "folders as in `en` with the files "
        + CorpusFormat.splits.map { (format ?? .panx).fileNames(ofSplit: $0)[0] }
        .joined(separator: ", ") + (format == nil ? " (or train.conll and so on)" : ""),
      advice: advice)
  }
}
