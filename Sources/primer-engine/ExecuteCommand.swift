import ArgumentParser
import Foundation
import LabNotebook
import Laboratory
import Tensors

/// Carries out one queued run of a notebook.
struct ExecuteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "execute", abstract: "Carry out one run of a notebook.", shouldDisplay: false)

  @Option(help: "The notebook's folder.")
  var notebook: String

  @Option(name: .customLong("run"), help: "The run's number.")
  var number: Int64

  func run() throws {
    let book = try Notebook.open(folder: notebook, mode: .readWrite)
    guard let record = try book.run(number) else {
      throw LaboratoryError("The notebook \(notebook) has no run #\(number).")
    }
    guard record.state == .queued else {
      throw LaboratoryError("Run #\(number) is \(record.state.rawValue); expected it in the queue.")
    }
    let lock = try RunLock(folder: record.folder)
    defer { lock.release() }
    let recorder = try book.recorder(for: number)
    TensorFailure.setHandler { text in
      try? recorder.record(.log(.error, text))
      try? recorder.finish(state: .failed, error: text)
    }
    let heartbeat = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    heartbeat.schedule(deadline: .now() + 2, repeating: 2)
    heartbeat.setEventHandler { recorder.heartbeat() }
    heartbeat.resume()
    defer { heartbeat.cancel() }
    Numerics.useDeterministicAlgorithms()
    do {
      try NotebookRun(
        book, record, recorder: recorder,
        engine: "libtorch \(Numerics.version), \(BlasLibrary.loaded().summary)"
      ).carryOut()
      try recorder.finish(state: .finished, error: nil)
    } catch is RunStopped {
      try recorder.finish(state: .stopped, error: nil)
    } catch {
      try? recorder.record(.log(.error, "\(error)"))
      try recorder.finish(state: .failed, error: "\(error)")
      throw ExitCode.failure
    }
  }
}
