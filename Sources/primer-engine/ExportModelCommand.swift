import ArgumentParser
import Foundation
import LabNotebook
import Laboratory

extension ModelExport.Format: ExpressibleByArgument {}

/// Writes what a run made as folders of other libraries; `primer export` has checked the rest.
struct ExportModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-model", abstract: "Write a run's models.", shouldDisplay: false)

  @Option(help: "The notebook's folder.")
  var notebook: String

  @Option(name: .customLong("run"), help: "The run's number.")
  var number: Int64

  @Option(help: "Which library is to read the folder.")
  var format: ModelExport.Format

  @Option(help: "The folder to write.")
  var out: String

  @Option(help: "The one language to write.")
  var language: String?

  @Flag(help: "Write the encoder that adapters belong on, too.")
  var withEncoder = false

  func run() throws {
    let book = try Notebook.open(folder: notebook, mode: .readWrite)
    guard let record = try book.run(number) else {
      throw LaboratoryError("The notebook \(notebook) has no run #\(number).")
    }
    let outcome = try RunOutcome(record)
    let lines = try ModelExport(outcome, as: format)
      .write(language: language, withEncoder: withEncoder, to: out)
    for line in lines { try Output.line(line) }
  }
}
