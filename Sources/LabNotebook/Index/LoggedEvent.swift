package import Foundation
package import RunFolders

/// An event with when it happened.
package struct LoggedEvent: Identifiable, Hashable, Sendable {
  /// Where it stands in the run's journal: the byte behind its line, growing with time.
  package var id: Int64
  /// When it was recorded.
  package var time: Date
  /// What happened.
  package var event: Event

  /// An event as the notebook has it.
  package init(id: Int64, time: Date, event: Event) {
    self.id = id
    self.time = time
    self.event = event
  }
}
