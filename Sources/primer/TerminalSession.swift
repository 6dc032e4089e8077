import Processes
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import NotebookScreens
import NotebookSession
import TerminalUI

/// The screens at work: a terminal, a notebook, and the loop between them.
///
/// The loop sleeps until a key comes; it looks for news of the notebook, which a thread of its own
/// reads, five times a second, and oftener just after a key, when an answer is on its way. A frame is
/// drawn only when something changed, at most 20 times a second.
enum TerminalSession {
  /// Shows the notebook in the terminal until the user quits.
  static func run(notebookFolder: String, themeName: String?, keys: KeyFile) throws {
    try NcursesTerminal.check()
    let notebook = try Notebook.openAsPossible(folder: notebookFolder, refreshes: false)
    notebook.keepOrigins { RunOrigin.current(version: PrimerCommand.version) }
    let folders = ResourceLocator.themesFolders
    let theme = try themeName.map { try Theme.load(name: $0, folders: folders) } ?? .builtIn
    let terminal = try NcursesTerminal()
    var loop = SessionLoop(terminal: terminal, notebook: notebook, theme: theme, folders: folders)
    loop.use(keys)
    loop.run()
    terminal.close()
    if let farewell = loop.state.farewell { print(farewell) }
  }
}

/// The loop's own state: what is on screen, and what is to be drawn.
private struct SessionLoop {
  var state: AppState
  /// How long input is waited for when nothing happens, in milliseconds.
  private static let idleTimeout = 200
  /// How long input is waited for while the notebook may be answering.
  private static let attentiveTimeout = 20
  /// The same just after a key, when the answer is what the user waits for, and how long that is.
  private static let eagerTimeout = 3
  private static let eagerness = 0.06
  /// How long after an input the notebook may be answering, in seconds.
  private static let attention = 0.5
  /// How long input is waited for when a frame is due.
  private static let shortTimeout = 5
  /// How many events are taken in at most before the next frame.
  private static let eventsBeforeFrame = 64
  /// How long the first frame waits for the list of runs, in seconds.
  private static let patienceAtStart = 0.08

  private let terminal: any Terminal
  private let thread: NotebookThread
  private let prober: Prober
  private let themeFolders: [String]
  private var theme: Theme
  private var limiter = FrameLimiter()
  private var needsDrawing = true
  /// Whether somebody waits for the next frame, which has more than news.
  private var answersKey = false
  private var isQuitting = false
  private var drawnSecond = 0
  private let started = ProcessInfo.processInfo.systemUptime
  private var lastInput = ProcessInfo.processInfo.systemUptime

  init(terminal: any Terminal, notebook: Notebook, theme: Theme, folders: [String]) {
    self.terminal = terminal
    self.theme = theme
    themeFolders = folders
    state = AppState(
      width: terminal.size.width, height: terminal.size.height, now: Date(),
      timeZone: .current, notebookFolder: notebook.folder, theme: theme.name)
    thread = NotebookThread(notebook, program: Self.program)
    prober = Prober(notebookFolder: notebook.folder)
    state.ordersText = terminal.capabilities.needsOrderedText
  }

  /// Has keys of the user's own, and says what is wrong with their file.
  mutating func use(_ file: KeyFile) {
    state.keys = file.keys
    if let notice = file.notice {
      send(file.problems.isEmpty ? .succeeded(notice) : .failed(notice))
    }
  }

  mutating func run() {
    send(.themes(Theme.available(in: themeFolders)))
    send(.remembered(ScreenMemory.load(path: ScreenMemory.defaultPath)))
    if let folder = ResourceLocator.sampleData {
      send(.samples(RequestHandler.samples(in: "\(folder)/experiments")))
    }
    thread.carryOut(.findDrafts)
    while !isQuitting {
      if let event = terminal.nextEvent(timeoutMilliseconds: timeout) {
        lastInput = ProcessInfo.processInfo.systemUptime
        // What pauses in typing are counted from.
        if state.nextMoment != nil || state.context == .probe { send(.time(Date())) }
        send(.input(event))
        // What else was typed is taken in before anything is drawn.
        for _ in 0..<Self.eventsBeforeFrame where !isQuitting {
          guard let next = terminal.nextEvent(timeoutMilliseconds: 0) else { break }
          send(.input(next))
        }
      }
      for message in thread.messages() + prober.messages() { send(message) }
      if needsDrawing {
        thread.follow(state.interest)
        prober.follow(state.probedRuns)
        thread.keep(state.wantedSurveys)
      }
      tellTime()
      drawIfNeeded()
    }
    prober.end()
    thread.end()
  }

  /// Tells the time once a second, and when something waits for it that is due now.
  private mutating func tellTime() {
    let now = Date()
    let second = Int(now.timeIntervalSince1970)
    guard second != drawnSecond || state.nextMoment.map({ $0 <= now }) ?? false else { return }
    drawnSecond = second
    send(.time(now))
  }

  /// How long to wait for input now: at most until the clock shows another second.
  private var timeout: Int {
    if needsDrawing { return Self.shortTimeout }
    let now = ProcessInfo.processInfo.systemUptime
    let time = Date().timeIntervalSince1970
    if let moment = state.nextMoment {
      let left = moment.timeIntervalSince1970 - time
      return min(max(Int((left * 1000).rounded(.up)), 0), Self.attentiveTimeout)
    }
    if now - lastInput < Self.eagerness { return Self.eagerTimeout }
    if now - lastInput < Self.attention || state.awaitsAnswer { return Self.attentiveTimeout }
    let untilNextSecond = Int((time.rounded(.down) + 1 - time) * 1000) + 1
    return min(Self.idleTimeout, untilNextSecond)
  }

  private static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? "primer"
  }

  private mutating func send(_ message: Message) {
    if case .input(.none) = message { return }
    if !message.isNews { answersKey = true }
    for effect in update(&state, message) { carryOut(effect) }
    needsDrawing = true
  }

  private mutating func drawIfNeeded() {
    guard needsDrawing, !isQuitting else { return }
    let now = ProcessInfo.processInfo.systemUptime
    // Better the list a moment later than a page that says it is being read.
    guard state.runs.isLoaded || now - started > Self.patienceAtStart else { return }
    guard limiter.mayDraw(at: now, answersKey: answersKey) else { return }
    (needsDrawing, answersKey) = (false, false)
    let buffer = view(
      state, width: state.width, height: state.height, glyphs: terminal.capabilities.glyphs)
    terminal.draw(buffer, cursor: nil, theme: theme)
  }

  /// Lets the user's editor have the terminal, and takes over what it wrote.
  private mutating func edit(_ job: EditorJob) {
    do {
      let editor = try ExternalEditor(environment: ProcessInfo.processInfo.environment)
      let path = try ExternalEditor.writeDraft(
        job.text, name: job.name, notebook: state.notebookFolder)
      var status: Int32?
      terminal.lend { stop in
        status = ForegroundProcess.run(
          editor.arguments(path: path, line: job.line), stop: stop)
      }
      send(.input(.resize(width: terminal.size.width, height: terminal.size.height)))
      guard status == 0 else {
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        if path != job.name, text == job.text {
          try? FileManager.default.removeItem(atPath: path)
        }
        let reason = status.map { "ended with status \($0)" } ?? "could not be started"
        throw ProcessError("\(editor.command) \(reason); nothing was taken over (\(path)).")
      }
      let data = try Data(contentsOf: URL(filePath: path))
      guard let text = String(validating: data, as: UTF8.self) else {
        throw ProcessError("\(path) is not UTF-8 text; nothing was taken over.")
      }
      send(.edited(EditorOutcome(job.subject, text: text, path: path)))
    } catch {
      send(.failed(String(describing: error)))
    }
  }

  private mutating func carryOut(_ effect: Effect) {
    switch effect {
    case .quit: isQuitting = true
    case .suspend: terminal.suspend()
    case .redraw: terminal.redraw()
    case .notebook(let request): thread.carryOut(request)
    case .analyse(let analysis): thread.analyse(analysis)
    case .survey(let survey): thread.survey(survey)
    case .edit(let job): edit(job)
    case .probe(let question):
      // The engine may be one that this question is the first for.
      prober.follow(state.probedRuns)
      prober.ask(question)
    case .useTheme(let name):
      do {
        theme = try Theme.load(name: name, folders: themeFolders)
        send(.themeChanged(name))
      } catch {
        send(.failed(error.description))
      }
    }
  }
}
