import ArgumentParser
import LabNotebook

/// The commands that compute: `primer-engine` carries them out, with the arguments as they are.
enum EngineCommands {
  static let all: [any EngineCommand.Type] = [
    PredictCommand.self, PretrainCommand.self, TokenizeCommand.self, VerifyCommand.self,
    BenchCommand.self,
  ]

  static let names = Set(all.map { $0._commandName })
}

/// A command that becomes `primer-engine`, which reads the arguments itself, `--help` too.
protocol EngineCommand: ParsableCommand {
  var primer: PrimerCommand { get }
  var arguments: [String] { get }
}

extension EngineCommand {
  /// Reached only by `primer --notebook DIR command`; the notebook is handed on.
  func run() throws {
    let notebook = primer.notebook.path.map { ["--notebook", $0] } ?? []
    try EngineProcess.replaceCurrentProcess(
      arguments: [Self._commandName] + notebook + arguments)
  }
}

struct PredictCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Find the entities in text, with a run or a model.",
    discussion: "The engine carries it out; its options: primer predict --help")

  @ParentCommand var primer: PrimerCommand
  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct PretrainCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain", abstract: "Make a small encoder by masked-language modelling.",
    discussion: "The engine carries it out; its options: primer pretrain --help")

  @ParentCommand var primer: PrimerCommand
  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct TokenizeCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Cut lines of text into a model's subwords.",
    discussion: "The engine carries it out; its options: primer tokenize --help")

  @ParentCommand var primer: PrimerCommand
  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct VerifyCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the arithmetic against reference cases.",
    discussion: "The engine carries it out; its options: primer verify --help")

  @ParentCommand var primer: PrimerCommand
  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct BenchCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast this machine trains and tags.",
    discussion: "The engine carries it out; its options: primer bench --help")

  @ParentCommand var primer: PrimerCommand
  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}
