import ArgumentParser
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// Prints or sets how many runs of the notebook are under way at once.
struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "Print or set how many runs are under way at once.",
    discussion: """
      primer jobs                       how many, and with how many threads each
      primer jobs 2                     two at once from now on, in this notebook

      At first it is 1: a run has every processor. With more, the runs share the processors: one whose \
      setting threads is 0 computes with processors / jobs threads, one that asks for more keeps what \
      it asks for, and no run starts while the threads together would be more than the processors. \
      The number of threads may change the last bits of a result, so runs that are to be equal bit for \
      bit need the same: a run that is resumed keeps the threads that it began with, and threads = 2 \
      in the experiment fixes them. Runs that time the methods of a study are alone. A lower number \
      ends no run that is under way.
      """)

  @Argument(help: ArgumentHelp("How many runs, 1…256.", valueName: "n"))
  var jobs: JobCount?

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let book = try jobs == nil ? notebook.openToRead() : notebook.openOrMake()
    if let jobs { try book.setJobs(jobs.number) }
    print(QueueRule(slots: try book.jobs).description)
  }
}

/// A number of runs on the command line.
struct JobCount: ExpressibleByArgument {
  let number: Int

  init?(argument: String) {
    guard let number = Int(argument), Notebook.jobsRange.contains(number) else { return nil }
    self.number = number
  }
}
