package import LabNotebook

/// A text that is to be changed in the user's own editor.
package struct EditorJob: Hashable, Sendable {
  /// What the text is.
  package enum Subject: Hashable, Sendable {
    /// The settings of the form.
    case experiment
    /// A note, and what the notebook had of it.
    case note(NoteSubject, base: String)
  }

  package var subject: Subject
  package var text: String
  /// What its file is to be called, or the path of one that was kept.
  package var name: String
  /// Where the editor should begin, where it can be told.
  package var line: Int?

  package init(_ subject: Subject, text: String, name: String, line: Int?) {
    self.subject = subject
    self.text = text
    self.name = name
    self.line = line
  }
}

/// What came back from the editor.
package struct EditorOutcome: Hashable, Sendable {
  package var subject: EditorJob.Subject
  package var text: String
  /// The file, which stays until somebody removes it.
  package var path: String

  package init(_ subject: EditorJob.Subject, text: String, path: String) {
    self.subject = subject
    self.text = text
    self.path = path
  }
}
