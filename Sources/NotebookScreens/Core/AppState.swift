package import Experiments
package import Foundation
package import LabNotebook
package import RunFolders
package import TerminalUI

/// All that the screens show and all that they remember.
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

  /// The list of runs, which is always the first screen.
  package var runs = RunsState()
  /// The screens opened on top of it, the newest last.
  package var stack: [Screen] = []
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
  /// The notebook's own notes; nil before they were read.
  package var pages: [Page]?
  /// What was typed into notes and not saved when primer ended.
  package var drafts: [NoteDraft] = []
  /// The files of notes that came back from the user's editor, until they are saved.
  package var editedNotes: [NoteSubject: String] = [:]
  /// What is in the folder of the path that is being typed, and for which folder that was asked.
  package var listing: FolderListing?
  package var askedFolder: String?
  /// The points from which a run can begin, of the runs that were asked for them, and the run of
  /// the point that is being typed.
  package var startPoints: [RunID: StartPoints] = [:]
  var askedStart: RunID?

  /// What the screens remembered from an earlier session.
  package var memory = ScreenMemory()

  /// Whether text that is read from right to left is put in order here, or by the terminal.
  package var ordersText = true

  /// What stands in front of the screen and takes the keys.
  package var overlay: Overlay?
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

  /// Where keys are going now.
  package var context: KeyContext {
    switch overlay {
    case .confirmation: return .confirmation
    case .prompt: return .prompt
    case .liveSettings: return .liveSettings
    case .columns: return .columns
    case .panes: return .panes
    case .chooser: return .chooser
    case .grid: return .grid
    case nil: break
    }
    switch stack.last {
    case .run(let screen):
      return screen.pane == .log ? .runLog : screen.pane == .settings ? .runSettings : .run
    case .experiment(let form): return form.edit == nil ? .experiment : .prompt
    case .compare: return .compare
    case .study: return .study
    case .studies: return .studies
    case .probe(let probe): return probe.pane == .text ? .probe : .probeEntities
    case .corpora: return .corpora
    case .sentences: return .sentences
    case .encoders: return .encoders
    case .notes: return .notes
    case .note: return .note
    case .help: return .help
    case nil: return runs.isEmptyNotebook ? .welcome : .runs
    }
  }

  /// The run that an action is about: the open one, or the one under the cursor of the list.
  package var currentRun: RunRecord? {
    for screen in stack.reversed() {
      switch screen {
      case .run(let run): return runs.record(run.id)
      case .compare(let screen): return runs.record(screen.other)
      case .study(let screen): return screen.currentRun.flatMap(runs.record)
      case .probe(let screen): return runs.record(screen.slots[0].run)
      case .notes(let screen):
        if case .run(let run)? = currentNote(of: screen)?.subject { return runs.record(run) }
      default: continue
      }
    }
    return runs.underCursor
  }

  /// What the session should keep reading from the notebook.
  package var interest: Interest {
    var open: RunID?
    for case .run(let run) in stack { open = run.id }
    var compared: [RunID] = []
    for case .compare(let screen) in stack { compared += screen.runs }
    let showsNotes = stack.contains {
      switch $0 {
      case .notes, .note: true
      default: false
      }
    }
    return Interest(
      detail: open, summaries: stack.isEmpty ? runs.shown(rows: height) : [], compared: compared,
      pages: showsNotes)
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

  package init(
    detail: RunID? = nil, summaries: [RunID] = [], compared: [RunID] = [], pages: Bool = false
  ) {
    self.detail = detail
    self.summaries = summaries
    self.compared = compared
    self.pages = pages
  }
}

/// A screen opened on top of the list of runs.
package enum Screen: Sendable {
  case run(RunScreenState)
  case experiment(ExperimentFormState)
  case compare(CompareScreenState)
  case study(StudyScreenState)
  case studies(StudyListState)
  case probe(ProbeScreenState)
  case corpora(CorporaScreenState)
  case sentences(SentencesScreenState)
  case encoders(EncodersScreenState)
  case notes(NotesScreenState)
  case note(NoteEditorState)
  case help(HelpState)
}

/// The line that says what was done or what went wrong.
package struct Notice: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case information, warning, error }

  package var kind: Kind
  package var text: String
  /// When it came.
  package var time: Date

  package init(_ kind: Kind, _ text: String, at time: Date) {
    self.kind = kind
    self.text = text
    self.time = time
  }
}

/// What stands in front of the screen.
package enum Overlay: Hashable, Sendable {
  case confirmation(Confirmation)
  case prompt(Prompt)
  case liveSettings(LiveSettingsState)
  case columns(ColumnChooser)
  case panes(PanesState)
  case chooser(Chooser)
  case grid(GridState)
}

/// A question before something that cannot be taken back.
package struct Confirmation: Hashable, Sendable {
  package var title: String
  package var text: String
  /// What "yes" does.
  package var effects: [Effect]
  /// Whether "yes" also leaves the screen.
  package var leavesScreen = false
}

/// A line of text that is being typed at the bottom of the screen.
package struct Prompt: Hashable, Sendable {
  package enum Purpose: Hashable, Sendable {
    case command
    case filter
    case search
    case logSearch(RunID)
    case exportPath(RunID)
    case note(RunID)
    case rename(RunID)
    case tags([RunID])
    case duplicate(RunID)
    case exportStudy
    case savePath
    case openPath
    case corpusPath
    case encoderPath
    case sentenceSearch
    case noteSearch
    case helpSearch
    case pageName
    case liveSetting(RunID, key: String, old: String)
  }

  package var purpose: Purpose
  package var line: TextInput
  /// What is wrong with the text as it stands.
  package var error: String?
  /// What Tab offers, and which of it stands in the line.
  package var candidates: [String] = []
  package var candidate: Int?
  /// The text before, to go back to.
  package var original: String

  package init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    line = TextInput(text)
    original = text
  }
}

/// The list of settings that can be changed while a run runs.
package struct LiveSettingsState: Hashable, Sendable {
  package var run: RunID
  package var cursor = 0
}

/// The list of the run screen's panes: which are shown, and in which order.
package struct PanesState: Hashable, Sendable {
  /// The pane under the cursor.
  package var cursor: RunPane

  package init(cursor: RunPane) { self.cursor = cursor }
}
