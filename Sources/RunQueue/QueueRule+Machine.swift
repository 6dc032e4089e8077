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
}
