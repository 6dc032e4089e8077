package import Experiments
package import Foundation
package import LabNotebook
package import RunFolders
package import TerminalUI

/// All that the screens share, and which of them are open.
///
/// Only `update` changes it, only in answer to a `Message`; `view` turns it into cells.
package struct AppState: Sendable {
  /// The columns and rows of the terminal.
  package var width: Int
  package var height: Int
  /// The time as the last message told it.
  package var now: Date
  /// The zone in which times of day are shown.
  package var timeZone: TimeZone
  /// The notebook's folder, for the title.
  package var notebookFolder: String

  /// The runs, and how they are listed.
  package var runs = RunsState()
  /// The screens opened on top of the list of runs.
  package var stack = ScreenStack()
  /// What was measured in each run that was looked at.
  package var histories: [RunID: RunHistory] = [:]
  /// The experiments that come with the program.
  package var samples: [SampleExperiment] = []

  /// Which key does what.
  package var keys = KeyMap.standard
  /// What each run left that can tag sentences, as far as it was looked for.
  package var models: [RunID: RunModel] = [:]
  /// What is known of corpora and encoders.
  package var library = Library()
  /// The notebook's notes and drafts of notes.
  package var notes = NotesState()
  /// The points from which a run can begin, of the runs that were asked for them.
  package var startPoints = KnownStartPoints()
  /// What is in the folder of the path that is being typed, and for which folder that was asked.
  package var listing: FolderListing?
  package var askedFolder: String?

  /// What the screens remembered from an earlier session.
  package var memory = ScreenMemory()

  /// Whether text that is read from right to left is put in order here, or by the terminal.
  package var ordersText = true

  /// What stands in front of the screen and takes the keys.
  package var overlay: (any Overlay)? { didSet { overlayChanges += 1 } }
  /// How often something else was put in front.
  private(set) var overlayChanges = 0
  /// The line above the key bar.
  package var notice: Notice?
  /// The themes there are, and the one in use.
  package var themes: [String] = []
  package var theme: String
  /// When Ctrl-C was pressed once, waiting for the second time.
  package var quitRequested: Date?

  /// A state before anything was read from the notebook.
  package init(
    width: Int, height: Int, now: Date, timeZone: TimeZone = .gmt, notebookFolder: String = "",
    theme: String = "default"
  ) {
    self.width = width
    self.height = height
    self.now = now
    self.timeZone = timeZone
    self.notebookFolder = notebookFolder
    self.theme = theme
  }

  // MARK: The terminal

  /// The smallest terminal the screens can be used in.
  package static let minimumWidth = 60
  package static let minimumHeight = 16

  /// Whether the screens can be used in a terminal of so many columns and rows.
  package static func isLargeEnough(width: Int, height: Int) -> Bool {
    width >= minimumWidth && height >= minimumHeight
  }

  /// Whether the terminal has room for the screens; where it has none, what cannot be seen cannot be
  /// steered either.
  package var isUsable: Bool { Self.isLargeEnough(width: width, height: height) }

  /// Where the title, the screen, the messages and the keys stand.
  var frame: ScreenFrame { ScreenFrame(width: width, height: height) }

  // MARK: The screen that is shown

  /// The screen that is shown.
  package var screen: any Screen { stack.last ?? RunsScreen() }

  /// Where keys are going now.
  package var context: KeyContext { overlay?.context ?? screen.context(in: self) }

  /// The run that an action is about: the open one, or the one under the cursor of the list.
  package var currentRun: RunRecord? {
    for screen in stack.screens.reversed() {
      if case .run(let run) = screen.run(in: self) { return run.flatMap(runs.record) }
    }
    return runs.underCursor
  }

  /// What the session should keep reading from the notebook.
  package var interest: Interest {
    var interest = Interest(summaries: stack.isEmpty ? runs.shown(rows: height) : [])
    for screen in stack.screens { screen.add(to: &interest) }
    return interest
  }

  /// What the surveyor is to go on with: what is on screen, or under what is.
  package var wantedSurveys: Set<String> {
    stack.screens.reduce(into: []) { $0.formUnion($1.surveys) }
  }

  /// The next moment at which something happens without a key; the time is to be told then.
  package var nextMoment: Date? { screen.nextMoment }

  /// Whether an answer is on its way, which is to be shown as soon as it is there.
  package var awaitsAnswer: Bool { screen.awaitsAnswer }

  // MARK: What all screens do

  /// Puts a line above the key bar.
  mutating func say(_ kind: Notice.Kind, _ text: String) {
    notice = Notice(kind, text, at: now)
  }

  /// What quitting does not end, in words.
  var whatKeepsGoing: String {
    let going = runs.records.filter { $0.state == .running || $0.state == .queued }.count
    switch going {
    case 0: return "No run is running."
    case 1: return "The run keeps running."
    default: return "\(going) runs keep running."
    }
  }

  /// What is said on the way out, when something goes on without the screens.
  package var farewell: String? {
    let going = runs.records.filter { [.running, .queued, .paused].contains($0.state) }
    guard let first = going.first else { return nil }
    let what =
      going.count == 1 ? "Run #\(first.id) keeps running" : "\(going.count) runs keep running"
    return "\(what); start primer again to watch."
  }
}

/// Which runs' measurements the screens need.
package struct Interest: Hashable, Sendable {
  /// The run of which everything is shown.
  package var detail: RunID?
  /// The runs of which only the course of the loss is shown.
  package var summaries: [RunID]
  /// The runs whose curves are compared.
  package var compared: [RunID]
  /// Whether the notebook's own notes are shown.
  package var pages: Bool

  /// Interest in these, and in nothing else.
  package init(
    detail: RunID? = nil, summaries: [RunID] = [], compared: [RunID] = [], pages: Bool = false
  ) {
    self.detail = detail
    self.summaries = summaries
    self.compared = compared
    self.pages = pages
  }
}

/// The line that says what was done or what went wrong.
package struct Notice: Hashable, Sendable {
  /// How much it matters.
  package enum Kind: Hashable, Sendable { case information, warning, error }

  package var kind: Kind
  package var text: String
  /// When it came.
  package var time: Date

  /// A line of a kind.
  package init(_ kind: Kind, _ text: String, at time: Date) {
    self.kind = kind
    self.text = text
    self.time = time
  }
}
