package import Experiments
package import LabNotebook
package import RunFolders

/// Something `update` wants done outside the state; the session carries it out.
package enum Effect: Hashable, Sendable {
  /// End the program; runs keep going.
  case quit
  /// Stop the process until the shell continues it.
  case suspend
  /// Redraw every cell.
  case redraw
  /// Use the theme of this name.
  case useTheme(String)
  /// What is to be done to the notebook or to files.
  case notebook(NotebookRequest)
  /// What is to be found out from files and by many draws, while everything else goes on.
  case analyse(Analysis)
  /// What is to be asked of the engine of a run that is probed.
  case probe(ProbeQuestion)
  /// What is to be found out of a corpus or of encoders for as long as a screen wants it.
  case survey(Survey)
  /// Give the terminal to the user's editor until it ends.
  case edit(EditorJob)
}

/// Something to be done to the notebook or to files, away from the thread that draws.
package enum NotebookRequest: Hashable, Sendable {
  /// Put the experiment in the queue, and see that somebody works on the queue.
  ///
  /// Relative paths in it may be relative to the file it came from.
  case enqueue(Experiment, near: String?)
  /// Put a run that ended early into the queue again, to go on from its last checkpoint or to begin
  /// anew.
  case requeue(RunID, anew: Bool)
  /// Ask the engine of a run for something.
  case control(Control, RunID)
  /// Write a note, unless it is not what is expected to be there.
  case saveNote(NoteSubject, String, expecting: String)
  /// Keep what is being typed into a note, in case of a crash; take it out when it is saved.
  case keepNote(NoteSubject, text: String, base: String)
  case dropNote(NoteSubject)
  /// Look for what was typed and not saved when primer ended; take such a draft out.
  case findDrafts
  case dropDraft(id: String)
  /// Look what is in a folder, for the completion of paths.
  case listFolder(String)
  /// Look which points a run has left from which another can begin.
  case findStartPoints(RunID)
  case setStarred(Bool, RunID)
  case rename(String, RunID)
  /// Put experiments in the queue, as runs of a study where it has a name, and stay where one is.
  case enqueueAll([Experiment], study: String)
  /// Queue the runs of a study's file that the notebook does not have yet.
  case continueStudy(path: String)
  case setArchived(Bool, [RunID])
  case setTags([String], RunID)
  /// Put runs into the bin, or take them out of it.
  case setBinned(Bool, [RunID])
  /// Let a queued run change places with the one before or after it.
  case moveInQueue(RunID, earlier: Bool)
  /// Set how many runs are under way at once.
  case setJobs(Int)
  /// Delete runs for good.
  case delete([RunID])
  /// Put the experiment in the queue, and stay where one is.
  case queue(Experiment, near: String?)
  /// Queue the runs of a study that the notebook does not have, and keep its plan.
  case startStudy(Study, near: String?)
  /// Look whether the files that the experiment names are there.
  case checkFiles(Experiment, near: String?)
  /// Write the experiment as TOML; over a file that is there only when that was agreed to.
  case save(Experiment, path: String, replaces: Bool)
  /// Remove a file that came back from the editor and was taken over.
  case removeDraft(String)
  /// Read an experiment file for the form.
  case load(path: String)
  /// Keep words under a key for the next session.
  case remember([String], key: String)
  /// Write a text (a chart, a table); over a file that is there only when told to.
  case export(String, path: String, overwrites: Bool)
}
