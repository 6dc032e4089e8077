/// The kinds of screens there are.
package enum Screens {
  /// All of them, in the order in which the help shows their keys.
  ///
  /// A new screen needs a line here.
  package static let all: [any Screen.Type] = [
    RunsScreen.self,
    RunScreen.self,
    CompareScreen.self,
    StudyScreen.self,
    StudyListScreen.self,
    PlotScreen.self,
    ProbeScreen.self,
    ExperimentForm.self,
    CorpusScreen.self,
    SentencesScreen.self,
    EncodersScreen.self,
    NotesScreen.self,
    NoteEditor.self,
    HelpScreen.self,
  ]
}
