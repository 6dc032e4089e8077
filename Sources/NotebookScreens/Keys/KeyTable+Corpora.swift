import TerminalUI

/// The keys of corpora, encoders and notes.
extension KeyTable {
  static let corpora: [Binding] = [
    bind([.enter], .open, "Open", "Show the language: counts, lengths, sentences.", .corpora),
    bind(
      [c("o")], .choose, "Corpus", "Choose another corpus: the samples, those of runs, any path.",
      .corpora),
    bind(
      [c("e")], .use, "Use", "Use the corpus, or the marked languages, in the experiment form.",
      .corpora),
    bind([c(" ")], .mark, "Mark", "Mark the language, and move down.", .corpora),
    bind([c("M")], .markAll, "Mark all", "Mark all languages, or take all marks away.", .corpora),
    bind([c("E")], .encoders, "Encoders", "Look which encoders cover its languages.", .corpora),
    bind([c("r")], .readAgain, "Reread", "Read the corpus again.", .corpora),

    bind([c("v")], .split, "Split", "Show the next split of the language.", .sentences),
    bind(
      [c("/")], .search, "Search",
      "Show only sentences with these words; type:PER, words>40 and words<5 narrow further.",
      .sentences),
    bind(
      [c("z"), .enter], .enlarge, "Enlarge", "Give the whole screen to the pane, or take it back.",
      .sentences),
    bind([c("e")], .use, "Use", "Use the corpus in the experiment form.", .sentences),

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

  static let notes: [Binding] = [
    bind([.enter, c("e")], .edit, "Write", "Write the note.", .notes),
    bind([c("/")], .search, "Search", "Show only notes that have these words.", .notes),
    bind([c("n")], .newPage, "New", "Begin a note of the notebook (asks for its name).", .notes),
    bind([c("E")], .externalEditor, "Editor", "Write the note in $EDITOR.", .notes),
    bind([c("o")], .openRun, "Run", "Open the run that the note belongs to.", .notes),
    bind(
      [c("z")], .enlarge, "Enlarge", "Give the whole screen to the note, or take it back.", .notes),
    bind([c("d"), .delete], .deletePage, "Delete", "Delete the note (asks first).", .notes),

    bind([.control("s")], .save, "Save", "Save the note, and go on.", .note),
    bind([.escape], .confirm, "Done", "Save the note, and leave it.", .note),
    bind(
      [.control("x")], .cancel, "Throw away", "Leave the note as it was saved (asks first).", .note),
    KeyBinding(
      [KeyEvent(.function(6)), KeyEvent(.character("u"), .alt)], .undo, label: "Undo",
      help: "Take the last change back.",
      contexts: [.note]),
    KeyBinding(
      [KeyEvent(.function(7)), KeyEvent(.character("r"), .alt)], .redo, label: "Redo",
      help: "Do again what was taken back.", contexts: [.note]),
    bind([.control("t")], .preview, "Preview", "Show how the Markdown looks, or its text.", .note),
    bind([.control("o")], .externalEditor, "Editor", "Go on in $EDITOR.", .note),
    bind([.function(1)], .help, "Help", "Show all keys.", .note),
    bind(
      [.control("z")], .suspend, "Suspend", "Suspend the program; `fg` brings it back.", .note),
  ]
}
