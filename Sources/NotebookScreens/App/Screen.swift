package import Experiments
package import Foundation
import LabNotebook
package import TerminalUI

/// A screen of the notebook: what it remembers, what its keys do and why one cannot be used now, what
/// the mouse does on it, and what it looks like.
///
/// Each screen has a folder of its own, and a line in `Screens.all`. The app (`AppState`) knows screens
/// only by this protocol. A screen changes itself and, given to it, the app; it never reads a clock, a
/// file or the notebook.
package protocol Screen: Sendable {
  // MARK: For all screens of a kind

  /// The places where its keys have a meaning, and what stands in front of it included, in the order in
  /// which the help shows them.
  static var keySections: [KeySection] { get }
  /// The keys of those places, the most important first: the key bar shows as many as fit.
  static var keys: [KeyTable.Binding] { get }
  /// Commands with an argument that are typed after `:`.
  static var commands: [TypedCommand] { get }
  /// Carries out an action that is this screen's but can be asked for on any; nil for any other action.
  static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]?
  /// Whether an action that is this screen's can be used on the screen that is shown now.
  static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability
  /// Takes a message that is about screens of this kind, whether one is open or not.
  static func take(_ message: Message, in app: inout AppState) -> [Effect]
  /// Asks for what the screens of this kind need to know now; called after every message.
  static func refresh(_ app: inout AppState) -> [Effect]

  /// Keeps what must not be lost when the program ends.
  static func end(_ app: inout AppState) -> [Effect]

  // MARK: One that is open

  /// Where the keys go.
  func context(in app: AppState) -> KeyContext
  /// Whether an action can be used here now.
  func availability(of action: Action, in app: AppState) -> Availability
  /// Carries an action out.
  mutating func perform(_ action: Action, in app: inout AppState) -> [Effect]
  /// Does what the key for going back does: takes something back here, or lets the app leave.
  mutating func goBack(in app: inout AppState) -> Leaving
  /// Takes a key that has no other meaning, where text is typed.
  mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect]
  /// Takes pasted text; nil where none is typed.
  mutating func paste(_ text: String, in app: inout AppState) -> [Effect]?
  /// Does what a click of the left button means, where nothing stands in front.
  mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked
  /// Follows the mouse while its button is held, and when it is let go.
  mutating func drag(_ mouse: MouseEvent, in body: Rect, app: inout AppState)
  /// Does what the wheel means; nil moves up or down by three rows.
  mutating func scroll(_ mouse: MouseEvent, in body: Rect, app: inout AppState) -> Clicked?
  /// Draws it, the title included.
  func paint(on painter: inout ScreenPainter, in body: Rect)

  /// Which run it is about.
  func run(in app: AppState) -> RunChoice
  /// Adds what is to be read from the notebook for it.
  func add(to interest: inout Interest)
  /// The surveys that go on while it is open, by their subjects.
  var surveys: Set<String> { get }
  /// The path that is being typed on it, for completion.
  func typedPath(in app: AppState) -> String?
  /// The next moment at which something happens without a key.
  var nextMoment: Date? { get }
  /// Whether an answer is on its way that is to be shown as soon as it is there.
  var awaitsAnswer: Bool { get }
  /// Takes the runs as they are now; false where the screen is about runs that are gone.
  mutating func keep(in app: AppState) -> Bool
}

/// Whether an action can be used now.
package enum Availability: Hashable, Sendable {
  /// It can.
  case available
  /// It cannot; the reason that is shown instead.
  case unavailable(String)
  /// That does not depend on who was asked.
  case undecided

  /// Available without a reason against it.
  init(unless reason: String?) {
    self = reason.map { .unavailable($0) } ?? .available
  }

  /// The reason against it.
  var reason: String? {
    if case .unavailable(let reason) = self { return reason }
    return nil
  }
}

/// What the key for going back comes to.
package enum Leaving: Sendable {
  /// The screen stays: it took something back, or it asks first.
  case stays
  /// The screen is left.
  case leaves([Effect] = [])
}

/// What a click comes to.
package enum Clicked: Sendable {
  /// It is dealt with.
  case done([Effect] = [])
  /// An action is carried out as if its key had been pressed.
  case action(Action)
  /// It chooses a row of the list that is drawn there; where `opens` is given, that is done instead.
  case row(opens: Action?)
}

/// Which run a screen is about.
package enum RunChoice: Hashable, Sendable {
  /// This one, or none where it is nil.
  case run(RunID?)
  /// The one that the screen below is about.
  case below
}

// What most screens have no need of.
extension Screen {
  package static var commands: [TypedCommand] { [] }

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? { nil }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    .undecided
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] { [] }

  package static func refresh(_ app: inout AppState) -> [Effect] { [] }

  package static func end(_ app: inout AppState) -> [Effect] { [] }

  package func availability(of action: Action, in app: AppState) -> Availability { .undecided }

  package mutating func goBack(in app: inout AppState) -> Leaving { .leaves() }

  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] { [] }

  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? { nil }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .done() }

  package mutating func drag(_ mouse: MouseEvent, in body: Rect, app: inout AppState) {}

  package mutating func scroll(
    _ mouse: MouseEvent, in body: Rect, app: inout AppState
  ) -> Clicked? { nil }

  package func run(in app: AppState) -> RunChoice { .below }

  package func add(to interest: inout Interest) {}

  package var surveys: Set<String> { [] }

  package func typedPath(in app: AppState) -> String? { nil }

  package var nextMoment: Date? { nil }

  package var awaitsAnswer: Bool { false }

  package mutating func keep(in app: AppState) -> Bool { true }
}
