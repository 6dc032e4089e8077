package import LabNotebook
import Foundation
import RunFolders

extension QueueRule {
  /// A rule for so many slots on this machine.
  package init(slots: Int) {
    self.init(
      slots: slots, automaticThreads: EngineEnvironment.automaticThreads(),
      processors: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The rule of a notebook on this machine; one slot where its number cannot be read.
  ///
  /// - Parameter onProblem: Takes why it cannot be.
  package init(of notebook: Notebook, onProblem: (String) -> Void = { _ in }) {
    var slots = 1
    do {
      slots = try notebook.jobs
    } catch {
      onProblem("\(error)")
    }
    self.init(slots: slots)
  }
}
