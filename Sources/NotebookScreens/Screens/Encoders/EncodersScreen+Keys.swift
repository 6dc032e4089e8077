import RunFolders
package import TerminalUI

extension KeyContext {
  package static let encoders = KeyContext("Encoders")
}

extension Action {
  package static let encoders = Action("encoders")
  package static let addEncoder = Action("add-encoder")
}

/// The keys of the encoders.
extension EncodersScreen {
  package static let keys: [KeyTable.Binding] = [
    bind(
      [.enter, c("z")], .enlarge, "Enlarge",
      "Give the whole screen to the encoder, or take it back.",
      .encoders),
    bind(
      [c("o")], .addEncoder, "Add", "Look at another model directory (asks for the path).",
      .encoders),
    bind(
      [c("c")], .choose, "Corpus",
      "Choose the corpus whose words the vocabularies are measured on.",
      .encoders),
    bind([c("e")], .use, "Use", "Use the encoder in the experiment form.", .encoders),
    bind([c("r")], .readAgain, "Reread", "Look at the encoders again.", .encoders),
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    guard Self.keys.contains(where: { $0.action == action }) else { return .undecided }
    guard action == .use else { return .available }
    guard let place = current(app.library) else { return .unavailable("There is no encoder.") }
    switch app.library.encoders[place.path] {
    case .failed(let problem): return .unavailable(problem)
    case .known(let facts): return Availability(unless: facts.problems.first)
    case .waiting, nil: return .available
    }
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    action == .addEncoder ? .unavailable("Open the encoders (:encoders) first.") : .undecided
  }

  package static let commands: [TypedCommand] = [
    TypedCommand(
      "encoders", "PATH", "Look at a model directory.", path: { $0 },
      words: { words, app in
        guard words.count == 2 else { return [] }
        return app.encoderPlaces.map(\.path).filter { !$0.contains(" ") }
          + app.pathCompletions(of: words[1], foldersOnly: true)
      }
    ) { open(AppState.folder($0), in: &$1) }
  ]
}
