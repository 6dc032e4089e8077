package import NamedEntities

/// Which corpora an experiment reads, and how.
extension Experiment {
  /// How its corpora are read.
  package var corpusOptions: CorpusOptions {
    func column(_ setting: Setting<Int>) -> Int? { self[setting] == 0 ? nil : self[setting] }
    var options = CorpusOptions(
      format: self[Settings.dataFormat].corpusFormat,
      types: TypeChoice(types: self[Settings.dataTypes], renames: self[Settings.dataMap]))
    options.columns = ColumnChoice(
      word: column(Settings.wordColumn), tag: column(Settings.tagColumn))
    options.skipsBadLines = self[Settings.badLines] == .skip
    options.tagNames = self[Settings.dataTags]
    options.devFromTrain = self[Settings.devFromTrain]
    return options
  }

  /// The languages and splits that a run of it reads, each once, in order.
  ///
  /// - Parameter hasDev: Whether a language has a dev split, which is measured while priming.
  package func corpusParts(
    hasDev: (_ language: String) -> Bool
  ) -> [(language: String, split: String)] {
    var parts: [(language: String, split: String)] = []
    func add(_ language: String, _ split: CorpusSplit) {
      if !parts.contains(where: { $0 == (language, split.rawValue) }) {
        parts.append((language, split.rawValue))
      }
    }
    let isPriming = self[Settings.primingMethod] != .none
    for language in isPriming ? self[Settings.primingLanguages] : [] { add(language, .train) }
    for language in self[Settings.tuningLanguages] {
      add(language, .train)
      if isPriming, hasDev(language) { add(language, .dev) }
      for split in self[Settings.evaluationSplits] { add(language, split) }
    }
    return parts
  }
}

extension CorpusFolder {
  /// Counts the entities of what a run of an experiment reads, by type.
  ///
  /// - Throws: If a file cannot be read, if no file has a type of `data.types`, or if two types look
  ///   alike, since their scores could not be told apart.
  package func census(of experiment: Experiment) throws -> TypeCensus {
    let census = try census(
      of: experiment.corpusParts { splits(of: $0).contains(CorpusSplit.dev.rawValue) })
    if let absent = census.absentType {
      let there = Set(census.types + census.leftOut.map(\.type)).sorted().map(\.name)
      throw ExperimentError(
        key: Settings.dataTypes.key,
        problem: "data.types names ‘\(absent)’, which no corpus of the run has",
        expected: "some of \(there.joined(separator: ", "))")
    }
    if let (one, other) = census.lookalikes {
      throw ExperimentError(
        key: Settings.dataMap.key,
        problem: "the corpora have the types ‘\(one)’ (\(codePoints(of: one.name))) and ‘\(other)’ "
          + "(\(codePoints(of: other.name))), which look alike",
        expected: "data.map to read one as the other")
    }
    return census
  }
}
