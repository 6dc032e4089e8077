import Experiments
import Foundation
import LabNotebook
import NotebookScreens
import NotebookSession
import RunFolders
import Testing

@Suite struct ProcessorClockTests {
  @Test func `user and system time are the fields after the name`() {
    // The name may hold brackets and spaces: what counts begins after the last bracket.
    let stat = "4711 (primer ) (engine) R 1 4711 4711 0 -1 4194304 9 0 0 0 250 50 0 0 20 0 3 0 99"
    #expect(ProcessorClock.seconds(inStat: stat, ticksPerSecond: 100) == 3)
    #expect(ProcessorClock.seconds(inStat: "", ticksPerSecond: 100) == nil)
    #expect(ProcessorClock.seconds(inStat: "1 (x) R 1 2", ticksPerSecond: 100) == nil)
  }

  @Test func `a run elsewhere, or that is over, has no share`() {
    var clock = ProcessorClock()
    var run = RunRecord(
      id: 5, name: "", state: .running, experiment: Experiment(), created: Date(),
      started: Date(), finished: nil, heartbeat: nil, processID: 4711, host: "lab", error: nil,
      progress: nil, results: [], folder: "/notebook/runs/5", note: "", starred: false,
      archived: false)
    #expect(clock.share(of: run, now: 0) == nil)
    #expect(clock.share(of: run, now: 5) == nil, "it runs on a machine called lab")
    run.state = .finished
    #expect(clock.share(of: run, now: 10) == nil)
    #expect(clock.share(of: nil, now: 11) == nil)
  }
}
