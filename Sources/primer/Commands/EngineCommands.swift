import ArgumentParser
import LabNotebook

/// The commands that compute: `primer-engine` carries them out, with the arguments as they are.
enum EngineCommands {
  static let all: [any EngineCommand.Type] = [TokenizeCommand.self, VerifyCommand.self]

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
