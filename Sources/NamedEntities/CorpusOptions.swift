/// How corpora are to be read: what is not recognised, or shall be otherwise.
package struct CorpusOptions: Hashable, Sendable {
  /// How every file is written; nil looks at each language's files.
  package var format: CorpusFormat?
  /// Which columns files of columns are read by.
  package var columns = ColumnChoice()
  /// Whether lines that cannot be read are left out and counted; else they are errors.
  package var skipsBadLines = false
  /// The share of a language's training sentences, the last ones, that are its dev where it has none.
  package var devFromTrain = 0.0
  /// The names of tags that are numbers, in the order of their numbers; empty looks beside the file.
  package var tagNames: [String] = []
  /// Which entity types are read, and as what.
  package var types = TypeChoice.all

  /// Everything as it is recognised.
  package init(format: CorpusFormat? = nil, types: TypeChoice = .all) {
    self.format = format
    self.types = types
  }
}
