import Processes
import NotebookScreens
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import Synchronization

/// One engine of the probe, and the thread that talks to it.
final class ProbeEngine: Sendable {
  private struct Mail: Sendable {
    var questions: [ProbeQuestion] = []
    var isEnding = false
  }

  private let run: RunID
  private let start: Prober.Start
  private let tell: @Sendable (Message) -> Void
  private let mail = Mutex(Mail())
  private let wakeEnds: (read: Int32, write: Int32)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the thread and the engine.
  init(_ run: RunID, start: @escaping Prober.Start, tell: @escaping @Sendable (Message) -> Void) {
    self.run = run
    self.start = start
    self.tell = tell
    var ends: [Int32] = [-1, -1]
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let isOpen = socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0
    wakeEnds = (ends[0], ends[1])
    guard isOpen else {
      tell(
        .probeEngine(run, .failed("A socket cannot be opened: \(String(cString: strerror(errno)))"))
      )
      ended.signal()
      return
    }
    let thread = Thread { self.work() }
    thread.name = "probe \(run)"
    thread.start()
  }

  deinit {
    if wakeEnds.read >= 0 { close(wakeEnds.read) }
    if wakeEnds.write >= 0 { close(wakeEnds.write) }
  }

  /// Asks; what still waits is forgotten, but for the same in another language.
  func ask(_ question: ProbeQuestion) {
    mail.withLock { mail in
      mail.questions.removeAll(where: question.replaces)
      mail.questions.append(question)
    }
    wake()
  }

  /// Ends the engine and the thread; `waitForEnd` waits for that.
  func end() {
    mail.withLock { $0.isEnding = true }
    wake()
  }

  func waitForEnd() {
    ended.wait()
    ended.signal()
  }

  private func wake() {
    var byte: UInt8 = 1
    _ = write(wakeEnds.write, &byte, 1)
  }

  // MARK: On the thread

  private func work() {
    var talk = Talk(run: run, start: start, tell: tell)
    talk.startProcess()
    while true {
      let (questions, isEnding) = mail.withLock { mail in
        defer { mail.questions = [] }
        return (mail.questions, mail.isEnding)
      }
      if isEnding { break }
      for question in questions { talk.take(question) }
      talk.goOn(wake: wakeEnds.read)
      var bytes = [UInt8](repeating: 0, count: 64)
      _ = read(wakeEnds.read, &bytes, bytes.count)
    }
    talk.end()
    ended.signal()
  }

  /// What the thread knows.
  private struct Talk {
    let run: RunID
    let start: Prober.Start
    let tell: (Message) -> Void
    private var process: LineProcess?
    private var isLoaded = false
    /// How often it ended in the middle of things since it answered last.
    private var deaths = 0
    /// Why it is not started again before somebody asks for that.
    private var failure: String?
    private var conversation = ProbeConversation()

    init(run: RunID, start: @escaping Prober.Start, tell: @escaping (Message) -> Void) {
      self.run = run
      self.start = start
      self.tell = tell
    }

    private var now: Double { ProcessInfo.processInfo.systemUptime }

    mutating func startProcess() {
      isLoaded = false
      do {
        process = try start(run)
        say(.loading)
      } catch {
        fail(String(describing: error))
      }
    }

    mutating func take(_ question: ProbeQuestion) {
      if question.triesAgain { (failure, deaths) = (nil, 0) }
      if let answer = conversation.take(question, at: now) { tell(.probed(answer)) }
      if let failure {
        giveUp(failure)
      } else if process == nil, conversation.isWaiting {
        startProcess()
      }
    }

    /// Sends what is to be sent, and waits for what the engine says or until the pipe wakes it.
    mutating func goOn(wake: Int32) {
      guard let process else {
        var file = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
        _ = poll(&file, 1, -1)
        return
      }
      if isLoaded, let request = conversation.nextRequest() {
        do {
          process.send(try request.line())
        } catch {
          giveUp(String(describing: error))
        }
      }
      for event in process.wait(milliseconds: -1, wake: wake) {
        switch event {
        case .line(let line): take(line)
        case .ended(let status, let errors): takeEnd(status, errors)
        }
      }
    }

    mutating func end() {
      process?.end()
      process = nil
    }

    private mutating func take(_ line: String) {
      guard let reply = try? ProbeReply(line: line) else { return }
      if !isLoaded {
        isLoaded = true
        say(.ready(seconds: reply.seconds, residentBytes: reply.residentBytes))
        return
      }
      deaths = 0
      if let answer = conversation.take(reply, at: now) { tell(.probed(answer)) }
    }

    private mutating func takeEnd(_ status: Int32, _ errors: String) {
      process = nil
      conversation.loseEngine()
      if status == 0, !conversation.isWaiting {
        say(.resting)
        return
      }
      let reason = Self.reason(status, errors)
      // It was asked just when it went to rest.
      if status == 0 { return startProcess() }
      guard isLoaded, deaths == 0 else { return fail(reason) }
      deaths += 1
      startProcess()
      if process != nil { say(.restarting(reason)) }
    }

    private static func reason(_ status: Int32, _ errors: String) -> String {
      let text = errors.split(separator: "\n").last.map(String.init) ?? ""
      let told = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
      if status == 1, !told.isEmpty { return told }
      let how =
        status > 128
        ? "was ended by signal \(status - 128)" + (status == 137 ? " (out of memory?)" : "")
        : "ended with status \(status)"
      return "The engine \(how)\(told.isEmpty ? "." : ": \(told)")"
    }

    private mutating func fail(_ reason: String) {
      failure = reason
      say(.failed(reason))
      giveUp(reason)
    }

    private mutating func giveUp(_ reason: String) {
      for answer in conversation.give(up: reason, at: now) { tell(.probed(answer)) }
    }

    private func say(_ state: ProbeEngineState) { tell(.probeEngine(run, state)) }
  }
}
