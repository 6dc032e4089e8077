import ArgumentParser
import Experiments
import LabNotebook
import RunQueue

/// The commands that compute: `primer-engine` carries them out, with the arguments as they are.
///
/// Their options are declared here once more, for the shell's completion and for help that needs
/// no engine; a test holds the two declarations together.
enum EngineCommands {
  static let all: [any EngineCommand.Type] = [
    PredictCommand.self, TokenizeCommand.self, EncodersCommand.self, VerifyCommand.self,
    BenchCommand.self,
  ]

  /// The arguments for the engine where a command of its own is asked for, else nil.
  ///
  /// The engine knows of no notebook: a run that is named becomes its folder.
  ///
  ///     tokenize --model DIR                →   tokenize --model DIR
  ///     --notebook NB predict --run last    →   predict --folder NB/runs/12
  static func engineArguments(_ arguments: [String]) throws -> [String]? {
    var rest = arguments[...]
    var notebook: [String] = []
    if let first = rest.first, first == "--notebook", rest.count > 2 {
      notebook = Array(rest.prefix(2))
    } else if let first = rest.first, first.hasPrefix("--notebook=") {
      notebook = [first]
    }
    rest = rest.dropFirst(notebook.count)
    guard let name = rest.popFirst(), let command = all.first(where: { $0._commandName == name })
    else { return nil }
    let isHelp = rest.contains { ["--help", "-h"].contains($0) }
    guard command.usesNotebook, !isHelp else { return [name] + rest }
    let parsed = try PrimerCommand.parseAsRoot([name] + rest)
    guard let predict = parsed as? PredictCommand, let reference = predict.reference else {
      return [name] + without(["--notebook"], Array(rest))
    }
    // Not of what was parsed: there `primer` itself takes the option for its own.
    let folder = value(of: "--notebook", in: notebook + rest) ?? Notebook.defaultFolder
    let run = try Notebook.openAsPossible(folder: folder, create: false).run(reference)
    return [name] + without(["--run", "--notebook"], Array(rest)) + ["--folder", run.folder]
  }

  /// The value of an option, where it is given: the last of them.
  private static func value(of option: String, in arguments: [String]) -> String? {
    var found: String?
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { break }
      if argument == option, index + 1 < arguments.count { found = arguments[index + 1] }
      if argument.hasPrefix(option + "=") { found = String(argument.dropFirst(option.count + 1)) }
    }
    return found
  }

  /// Arguments without some options and their values.
  private static func without(_ options: Set<String>, _ arguments: [String]) -> [String] {
    var kept: [String] = []
    var isValue = false
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return kept + arguments[index...] }
      let name = argument.split(separator: "=").first.map(String.init) ?? argument
      if isValue {
        isValue = false
      } else if options.contains(argument) {
        isValue = true
      } else if !options.contains(name) {
        kept.append(argument)
      }
    }
    return kept
  }
}

/// A command that becomes `primer-engine`, which reads the arguments itself, `--help` too.
protocol EngineCommand: ParsableCommand {
  /// Whether it has the option `--notebook`.
  static var usesNotebook: Bool { get }
}

extension EngineCommand {
  static var usesNotebook: Bool { false }

  /// Reached only behind options of `primer` itself that mean nothing to the engine.
  func run() throws {
    let arguments = CommandLine.arguments.drop { $0 != Self._commandName }
    try EngineProcess.replaceCurrentProcess(arguments: Array(arguments))
  }
}

struct PredictCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Mark the entities in text, with a run's model or a model directory.")

  static let usesNotebook = true

  @Option(name: .customLong("run"), help: "A run of the notebook: its number, or last.")
  var reference: RunReference?
  @Option(help: "The language that the run tuned for, where it tuned several.")
  var language: String?
  @Option(help: "The notebook's folder.", completion: .directory)
  var notebook: String?
  @Option(help: "A Hugging Face directory of a token-classification model.", completion: .directory)
  var model: String?
  @Option(
    help: "An adapter for the model: a folder that AdapterHub or peft saved.",
    completion: .file())
  var adapter: String?
  @Option(
    help: "How the input is written: text, words, conll or panx.",
    completion: .list(["text", "words", "conll", "panx"]))
  var format: String?
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
    guard (reference == nil) != (model == nil) else {
      throw ValidationError("Name either a run by --run or a model directory by --model.")
    }
    if language != nil, reference == nil {
      throw ValidationError("--language belongs to --run.")
    }
    if adapter != nil, model == nil { throw ValidationError("--adapter belongs to --model.") }
    let formats = ["text", "words", "conll", "panx"]
    if let format, !formats.contains(format) {
      throw ValidationError(
        "‘\(format)’ is not a format; expected \(formats.joined(separator: ", ")).")
    }
    if words, let format, format != "text", format != "words" {
      throw ValidationError("--words and --format \(format) exclude each other.")
    }
  }
}

struct TokenizeCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Cut lines of text into a model's subwords.")

  @Option(help: "A Hugging Face model directory.", completion: .directory)
  var model: String
  @Flag(help: "Lines are JSON arrays of words.")
  var words = false
  @Flag(help: "Print JSON, which this command always does.")
  var json = false
  @Argument(help: "The file to read; without it, standard input.", completion: .file())
  var file: String?
}

struct EncodersCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "encoders",
    abstract: "Tell the sizes of encoders, and how their vocabularies cover languages.")

  @Argument(
    help: "Hugging Face model directories, or names in its cache.", completion: .directory)
  var paths: [String] = []
  @Option(help: "A corpus's folder, whose languages are looked at.", completion: .directory)
  var corpus: String?
  @Option(
    help: "The split that the words are from; without it the first of train, dev, test.",
    completion: .list(["train", "dev", "test"]))
  var split: String?
  @Option(help: "How many sentences of each language are read; 0 all.")
  var sentences = 2000
  @Flag(help: "Only look at the vocabularies.")
  var coverageOnly = false
  @Flag(help: "Print JSON, one object a line.")
  var json = false
}

struct VerifyCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the arithmetic against reference cases.")

  @Argument(help: "Folders of reference cases.", completion: .directory)
  var cases: [String]
  @Flag(help: "Print one JSON object a line.")
  var json = false
}

struct BenchCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast this machine tunes, primes and predicts.")

  @Option(help: "A Hugging Face model directory.", completion: .directory)
  var model: String?
  @Option(
    help: "A folder with a PAN-X folder for each of en, de, fr and nl.", completion: .directory)
  var panx: String?
  @Option(
    parsing: .upToNextOption, help: "What to measure; all if nothing is said.",
    completion: .list(["tune", "prime", "prime2", "predict"]))
  var workload: [String] = []
  @Option(help: "Threads that compute; all of the machine's if nothing is said.")
  var threads: Int?
  @Option(help: "How long to measure each, in seconds.")
  var seconds: Double?
  @Option(help: "The longest input, in subwords.")
  var subwords: Int?
  @Option(help: "Tasks of an outer step.")
  var metaBatch: Int?
  @Flag(help: "Measure the plain form of every operation that a hand-written kernel computes.")
  var plain = false
  @Option(
    parsing: .upToNextOption, help: "Measure the plain form of these operations only.",
    completion: .list([
      "linear", "gelu", "residualNorm", "attention", "dropout", "adamW", "sumOfSquares",
    ]))
  var plainOnly: [String] = []
  @Option(
    parsing: .upToNextOption, help: "Two files of such lines, to compare.", completion: .file())
  var compare: [String] = []
  @Flag(help: "Print JSON, which this command always does but for --compare.")
  var json = false
}
