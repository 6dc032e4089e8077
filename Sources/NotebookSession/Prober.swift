package import Processes
package import NotebookScreens
package import Experiments
import Foundation
import LabNotebook
import RunQueue
import Synchronization

/// The engines that answer the probe: one process for each chosen run, which stays while it is wanted,
/// each with a thread of its own that talks to it.
package final class Prober: Sendable {
  /// How an engine for a run is started, on the thread that will talk to it.
  package typealias Start = @Sendable (RunID) throws -> LineProcess

  private struct State: Sendable {
    var engines: [RunID: ProbeEngine] = [:]
    var messages: [Message] = []
  }

  /// What is shared with the threads.
  private final class Box: Sendable {
    let state = Mutex(State())
  }

  private let box = Box()
  private let start: Start

  /// A prober of a notebook's runs.
  package convenience init(notebookFolder: String) {
    self.init { run in
      // A core is left to the screen, and to a run that may be going on.
      let processors = ProcessInfo.processInfo.activeProcessorCount
      return try LineProcess(
        EngineProcess.locate(),
        [
          "probe", "--folder", "\(notebookFolder)/runs/\(run)", "--idle",
          String(Self.secondsUntilRest),
        ],
        environment: EngineProcess.environment(threads: max(1, processors / 2)))
    }
  }

  /// A prober whose engines are started otherwise.
  package init(start: @escaping Start) {
    self.start = start
  }

  /// How long an engine that nobody asks keeps its memory.
  private static let secondsUntilRest = 900

  /// Says which runs are probed from now on: their engines start, others end.
  package func follow(_ runs: [RunID]) {
    let missing = box.state.withLock { state in
      for (run, engine) in state.engines where !runs.contains(run) {
        engine.end()
        state.engines[run] = nil
      }
      return Set(runs).filter { state.engines[$0] == nil }
    }
    // An engine may have something to say at once, for which it needs the lock.
    for run in missing {
      let engine = ProbeEngine(run, start: start) { [box] message in
        box.state.withLock { $0.messages.append(message) }
      }
      box.state.withLock { $0.engines[run] = engine }
    }
  }

  /// Asks the engine of a run that is followed.
  package func ask(_ question: ProbeQuestion) {
    let engine = box.state.withLock { $0.engines[question.run] }
    engine?.ask(question)
  }

  /// What is new since the last call.
  package func messages() -> [Message] {
    box.state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// Ends all engines, and waits for that.
  package func end() {
    let engines = box.state.withLock { state in
      defer { state.engines = [:] }
      return Array(state.engines.values)
    }
    for engine in engines { engine.end() }
    for engine in engines { engine.waitForEnd() }
  }
}
