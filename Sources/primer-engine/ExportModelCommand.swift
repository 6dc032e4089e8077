import ArgumentParser
import Foundation
import Laboratory
import RunFolders

extension ModelExport.Format: ExpressibleByArgument {}

/// Writes what a run made as folders of other libraries; `primer export` has checked the rest.
struct ExportModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-model", abstract: "Write a run's models.", shouldDisplay: false)

  @Option(help: "The run's folder.", completion: .directory)
  var folder: String

  @Option(help: "Which library is to read the folder.")
  var format: ModelExport.Format

  @Option(help: "The folder to write.")
  var out: String

  @Option(help: "The one language to write.")
  var language: String?

  @Flag(help: "Write the encoder that adapters belong on, too.")
  var withEncoder = false

  func run() throws {
    let outcome = try RunOutcome(RunFolder(folder))
    let lines = try ModelExport(outcome, as: format)
      .write(language: language, withEncoder: withEncoder, to: out)
    for line in lines { try Output.line(line) }
  }
}
