import ArgumentParser
import Experiments
import Foundation
import Laboratory
import NamedEntities
import RunFolders

/// Tags text or columns of words with a run's model, or with one of a directory.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Mark the entities in text, with a run's model or a model directory.",
    usage: """
      primer predict --run RUN [--language LANG] [FILE]
      primer predict --model DIR [--adapter PATH] [FILE]
      """,
    discussion: """
      Text is a sentence a line. Punctuation before and behind a word is a word of its own, as is \
      's; a full stop stays with letters (J.), abbreviations (U.S.) and, within the line, with up \
      to three letters (St.) or two digits. With --words each line is a JSON array of words.

      The answer has a line a line: the text with [PER …] around each entity, [PER? …] where the \
      model's probability for it is below one half. --json gives {"words":[…],"tags":[…],\
      "scores":[…],"entities":[{"type","start","end","text","score"}]}: scores are probabilities \
      of the chosen tags (null for a word that the encoder does not read), start and end count \
      words (end is not part of it), an entity's score is the mean of its words'.

      --format conll reads columns and writes them back with the predicted tag as the last. The \
      word is in the first, or in the second behind a counter, or where headings say, as the first \
      sentence shows; --word-column decides otherwise. --format panx does so with lines \
      lang:word<TAB>tag.

      Input is answered in order, in pieces; when it pauses, everything so far is answered.
      """)

  @Option(name: .customLong("run"), help: "A run of the notebook: its number, or last.")
  var reference: String?

  /// The folder of the run that `primer` has found by `--run`.
  @Option(help: .hidden)
  var folder: String?

  @Option(help: "The language that the run tuned for, where it tuned several.")
  var language: String?

  @Option(
    help: "The notebook's folder (default: \(ResourceLocator.userFolder)).",
    completion: .directory)
  var notebook: String?

  @Option(
    help: "A directory of a token-classification model, or its name in the Hugging Face cache.",
    completion: .directory)
  var model: String?

  @Option(
    help: "An adapter for the model: a folder that AdapterHub or peft saved.",
    completion: .file())
  var adapter: String?

  @Option(help: "How the input is written: text, words, conll or panx.")
  var format: PredictionFormat = .text

  @Option(help: "The column of the word with --format conll, counted from 1.")
  var wordColumn: Int?

  @Flag(help: "Lines are JSON arrays of words, as --format words.")
  var words = false

  @Flag(help: "Print one JSON object a sentence.")
  var json = false

  @Flag(help: "Answer each line at once, even while more input is there.")
  var lineBuffered = false

  @Argument(help: "The file to read; without it, standard input.", completion: .file())
  var file: String?

  func validate() throws {
    guard reference == nil, notebook == nil else {
      throw ValidationError("A run is named to primer: primer predict --run.")
    }
    guard (folder == nil) != (model == nil) else {
      throw ValidationError("Name either a run by --run or a model directory by --model.")
    }
    if language != nil, folder == nil {
      throw ValidationError("--language belongs to --run.")
    }
    if adapter != nil, model == nil {
      throw ValidationError("--adapter belongs to --model.")
    }
    if let wordColumn {
      guard format == .conll else {
        throw ValidationError("--word-column belongs to --format conll.")
      }
      guard wordColumn > 0 else { throw ValidationError("--word-column is a number from 1 on.") }
    }
    if words, format != .text, format != .words {
      throw ValidationError("--words and --format \(format.rawValue) exclude each other.")
    }
  }

  func run() throws {
    let lines = try InputLines(path: file)
    var prediction = Prediction(
      predictor: try open(),
      reader: PredictionReader(
        format: words ? .words : format, lines: lines, columns: ColumnChoice(word: wordColumn)),
      writer: PredictionWriter(json: json, isTerminal: Output.isTerminal),
      answersEachLine: lineBuffered)
    try prediction.run()
  }

  private func open() throws -> Predictor {
    if let model { return try Predictor(directory: locatedModel(model), adapter: adapter) }
    guard let folder else { throw ValidationError("Name a run.") }
    return try Predictor(folder: RunFolder(folder), language: language)
  }
}

/// Reads, tags and answers until the input ends.
private struct Prediction {
  let predictor: Predictor
  var reader: PredictionReader
  let writer: PredictionWriter
  let answersEachLine: Bool

  /// So many sentences, or words, are sorted by length and tagged together.
  private static let sentencesTogether = 256
  private static let wordsTogether = 1 << 14
  /// How long the input may rest before what is there is answered.
  private static let patienceInMilliseconds: Int32 = 20

  mutating func run() throws {
    var waiting: [PredictionInput] = []
    var wordCount = 0
    func answer() throws {
      let tagged = try predictor.predict(waiting.map(\.words))
      var text = ""
      for (input, sentence) in zip(waiting, tagged) { text += try writer.text(input, sentence) }
      try Output.write(text)
      waiting.removeAll(keepingCapacity: true)
      wordCount = 0
    }
    do {
      while let input = try reader.next() {
        waiting.append(input)
        wordCount += input.words.count
        let isFull = waiting.count >= Self.sentencesTogether || wordCount >= Self.wordsTogether
        if try isFull || answersEachLine || !reader.isReady(Self.patienceInMilliseconds) {
          try answer()
        }
      }
    } catch let error as CorpusError {
      try answer()  // what came before the line that is wrong
      throw error
    }
    try answer()
  }
}
