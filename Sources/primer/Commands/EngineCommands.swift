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
  var arguments: [String] { get }
}

extension EngineCommand {
  func run() throws {
    try EngineProcess.replaceCurrentProcess(arguments: [Self._commandName] + arguments)
  }
}

struct PredictCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Find the entities in text, with a run or a model.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct PretrainCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain", abstract: "Make a small encoder by masked-language modelling.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct TokenizeCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Cut lines of text into a model's subwords.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct VerifyCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the arithmetic against reference cases.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct BenchCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast this machine trains and tags.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}
