package import NotebookScreens
import Experiments
import Foundation
package import LabNotebook
import RunQueue
import Synchronization

/// The thread that reads and writes the notebook, so that the one that draws never waits for it.
///
/// Requests are carried out in order; five times a second, and at once when the screens want
/// something else, it looks for what is new.
package final class NotebookThread: Sendable {
  /// What the screens asked for, and what they are to be told; shared with the analyst.
  private final class Mailbox: Sendable {
    private let mail = Mutex(Mail())

    func withLock<Result: Sendable>(_ body: (inout sending Mail) -> sending Result) -> Result {
      mail.withLock(body)
    }
  }

  private struct Mail: Sendable {
    var requests: [NotebookRequest] = []
    var interest = Interest()
    var messages: [Message] = []
    var isEnding = false
  }

  private static let secondsBetweenPolls = 0.2
  private static let secondsBetweenHealthChecks = 5.0
  private static let secondsBetweenFullLooks = 60.0
  /// How often it looks what the queue waits for where no run has changed.
  private static let secondsBetweenWaits = 2.0
  private static let runsDecodedAhead = 250
  /// How many of them at once: whoever asks for something meanwhile waits no longer than that.
  private static let runsDecodedAtOnce = 10

  private let notebook: Notebook
  private let handler: RequestHandler
  private let analyst: Analyst
  private let surveyor: Surveyor
  private let mail: Mailbox
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts reading the notebook.
  package init(_ notebook: Notebook, program: String) {
    self.notebook = notebook
    handler = RequestHandler(notebook, program: program)
    let mail = Mailbox()
    self.mail = mail
    analyst = Analyst(notebook) { message in mail.withLock { $0.messages.append(message) } }
    surveyor = Surveyor { message in mail.withLock { $0.messages.append(message) } }
    let thread = Thread { self.work() }
    thread.name = "notebook"
    thread.start()
  }

  /// Asks for something to be done.
  package func carryOut(_ request: NotebookRequest) {
    mail.withLock { mail in
      // Of what is being typed the newest does.
      if case .keepNote(let subject, _, _) = request {
        mail.requests.removeAll { waiting in
          if case .keepNote(subject, _, _) = waiting { true } else { false }
        }
      }
      mail.requests.append(request)
    }
    wake.signal()
  }

  /// Asks for something to be found out.
  package func analyse(_ analysis: Analysis) { analyst.ask(analysis) }

  /// Asks for something to be found out of files for as long as it is wanted.
  package func survey(_ survey: Survey) { surveyor.ask(survey) }

  /// Says what the screens want to go on being found out.
  package func keep(_ surveys: Set<String>) { surveyor.keep(surveys) }

  /// Says what the screens need from now on.
  package func follow(_ interest: Interest) {
    let changed = mail.withLock { mail in
      defer { mail.interest = interest }
      return mail.interest != interest
    }
    if changed { wake.signal() }
  }

  /// What is new since the last call.
  package func messages() -> [Message] {
    mail.withLock { mail in
      defer { mail.messages = [] }
      return mail.messages
    }
  }

  /// Ends the thread once all requests are carried out, and waits for that.
  package func end() {
    analyst.end()
    surveyor.end()
    mail.withLock { $0.isEnding = true }
    wake.signal()
    ended.wait()
    handler.end()
  }

  private func work() {
    var reader = NotebookReader(notebook)
    var lastCheck = -Double.infinity
    var lastFullLook: Double?
    var lastError: String?
    var told: Set<RunID> = []
    if let obstacle = notebook.obstacle { post([.failed("Reading only. \(obstacle)")]) }
    post(notebook.notices.map { .failed($0) })
    var clock = ProcessorClock()
    var (waits, lastWaits) = ([RunID: QueueWait](), -Double.infinity)
    while true {
      let (requests, interest, isEnding) = mail.withLock { mail in
        defer { mail.requests = [] }
        return (mail.requests, mail.interest, mail.isEnding)
      }
      for request in requests {
        handler.carryOut(request) { post([$0]) }
      }
      if isEnding { break }
      var isAwake = false
      do {
        let now = ProcessInfo.processInfo.systemUptime
        if now - lastCheck > Self.secondsBetweenHealthChecks {
          lastCheck = now
          post(try abandonedRuns(&told))
        }
        let isFirst = lastFullLook == nil
        if !isFirst { try refresh(&lastFullLook, now) }
        let messages = try reader.poll(interest)
        post(messages)
        if !messages.isEmpty || now - lastWaits > Self.secondsBetweenWaits {
          lastWaits = now
          try postWaits(&waits)
        }
        // What the index has is on the screen before the folders are looked through.
        if isFirst { try refresh(&lastFullLook, now) }
        if messages.isEmpty { isAwake = decodeAhead(&reader) }
        if let run = interest.detail, let share = clock.share(of: reader.record(run), now: now) {
          post([.processorShare(run, share)])
        }
        lastError = nil
      } catch {
        // Said once, not five times a second.
        let text = String(describing: error)
        if text != lastError { post([.failed(text)]) }
        lastError = text
      }
      if !isAwake { _ = wake.wait(timeout: .now() + Self.secondsBetweenPolls) }
    }
    ended.signal()
  }

  /// Brings the index up to date: of all runs from time to time, of those under way each time.
  private func refresh(_ lastFullLook: inout Double?, _ now: Double) throws {
    let isFull = lastFullLook.map { now - $0 > Self.secondsBetweenFullLooks } ?? true
    if isFull { lastFullLook = now }
    try notebook.refresh(isFull ? .all : .open)
  }

  /// Tells what the runs of the queue wait for, where that has changed.
  private func postWaits(_ told: inout [RunID: QueueWait]) throws {
    // A file of jobs that cannot be read is told by those who use it.
    let waits = try notebook.queueWaits(QueueRule(of: notebook))
    if waits == told { return }
    told = waits
    post([.queueWaits(waits)])
  }

  /// Tells once of each run that waits though nobody works on the queue.
  private func abandonedRuns(_ told: inout Set<RunID>) throws -> [Message] {
    guard notebook.obstacle == nil else { return [] }
    let runs = try Runner.abandonedRuns(of: notebook).filter { !told.contains($0) }
    guard let first = runs.first else { return [] }
    told.formUnion(runs)
    let those = RunsScreen.numbers(runs)
    return [
      .failed(
        "\(those) \(runs.count == 1 ? "waits" : "wait") in the queue, and no runner works on it: "
          + "primer resume \(first) starts one.")
    ]
  }

  /// Decodes experiments while nobody asks for anything; whether somebody did.
  private func decodeAhead(_ reader: inout NotebookReader) -> Bool {
    for _ in 0..<Self.runsDecodedAhead / Self.runsDecodedAtOnce {
      if wake.wait(timeout: .now()) == .success { return true }
      reader.decodeAhead(Self.runsDecodedAtOnce)
    }
    return false
  }

  private func post(_ messages: [Message]) {
    guard !messages.isEmpty else { return }
    mail.withLock { $0.messages += messages }
  }
}
