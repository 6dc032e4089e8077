import Foundation
import Synchronization

/// What the system asks of an engine: to write a checkpoint and end.
///
/// TERM comes from those who want the process gone, a cluster's scheduler among them; INT and HUP
/// from a terminal; USR1 from a scheduler that will start the run again. A second TERM or INT ends the
/// process at once.
enum EndSignals {
  /// A signal that came.
  enum Received: Int32, CaseIterable {
    case terminate = 15
    case interrupt = 2
    case hangUp = 1
    case runAgain = 10

    /// What people call it.
    var name: String {
      switch self {
      case .terminate: "SIGTERM"
      case .interrupt: "SIGINT"
      case .hangUp: "SIGHUP"
      case .runAgain: "SIGUSR1"
      }
    }

    /// Whether the run is to go back into the queue.
    var asksForAnotherAttempt: Bool { self == .runAgain }
  }

  /// The exit status of an engine that ended for a signal: it may be started again.
  static let exitStatus: Int32 = 75

  private static let received = Atomic<Int32>(0)
  /// Whether TERM or INT came, which a second one does not wait for.
  private static let isPressed = Atomic<Bool>(false)

  /// Begins to listen.
  ///
  /// Whoever started the engine may have blocked them for itself. HUP and INT that it has ignored, as
  /// nohup does, stay ignored.
  static func listen() {
    _ = (first, isPressed.load(ordering: .relaxed))  // a signal must not be what makes them
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in Received.allCases {
      var before = sigaction()
      sigaction(signal.rawValue, nil, &before)
      if signal != .terminate, isIgnored(before) { continue }
      sigaddset(&signals, signal.rawValue)
      Glibc.signal(signal.rawValue) { EndSignals.receive($0) }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // Functions cannot be compared, but this one is the address 1.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Called by the system between any two instructions.
  private static func receive(_ number: Int32) {
    _ = received.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    guard number == SIGTERM || number == SIGINT,
      isPressed.exchange(true, ordering: .relaxed)
    else { return }
    signal(number, SIG_DFL)
    raise(number)
  }

  /// The signal that came first; nil while none has.
  static var first: Received? { Received(rawValue: received.load(ordering: .relaxed)) }
}
