import Foundation
import Laboratory
import RunFolders
import Synchronization

/// What the system asks of an engine: to write a checkpoint and end.
///
/// TERM comes from those who want the process gone, a cluster's scheduler among them; INT and HUP
/// from a terminal.
enum EndSignals {
  /// The exit status of an engine that ended for a signal: it may be started again.
  static let exitStatus: Int32 = 75

  private static let names = [
    SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1",
  ]

  private static let received = Atomic<Int32>(0)

  /// Begins to listen.
  ///
  /// Whoever started the engine may have blocked them for itself.
  static func listen() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in names.keys {
      sigaddset(&signals, number)
      signal(number) { number in
        _ = EndSignals.received.compareExchange(expected: 0, desired: number, ordering: .relaxed)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The name of the signal that came first; nil while none has.
  static var first: String? { names[received.load(ordering: .relaxed)] }

  /// Ties by which a signal is a request to stop, too.
  static func added(to book: RunBook) -> RunBook {
    let request = ControlRequest(id: "signal", control: .stop)
    var told = false
    var both = book
    both.requests = {
      var requests = try book.requests()
      if !told, first != nil {
        told = true
        requests.append(request)
      }
      return requests
    }
    both.carriedOut = { asked, event in
      guard asked.id == request.id else { return try book.carriedOut(asked, event) }
      if let event { try book.record(event) }
    }
    return both
  }
}
