import Experiments
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import Testing

/// What an owner does with runs, and how it is taken back.
@Suite struct OwnerActionsTests {
  private func state() -> AppState {
    var state = Fixture.state()
    Fixture.script(&state, [.runs(Fixture.studyRuns)])
    return state
  }

  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  /// Carries out what the notebook would, so that the next message tells it.
  private func carryOut(_ effects: [Effect], _ state: inout AppState) {
    var records = state.runs.records
    for case .notebook(let request) in effects {
      for index in records.indices {
        let id = records[index].id
        switch request {
        case .setBinned(let isBinned, let ids) where ids.contains(id):
          records[index].deleted = isBinned ? Fixture.noon : nil
        case .setArchived(let isArchived, let ids) where ids.contains(id):
          records[index].archived = isArchived
        case .setTags(let tags, id): records[index].tags = tags
        case .rename(let name, id): records[index].name = name
        case .setStarred(let isStarred, id): records[index].starred = isStarred
        default: break
        }
      }
    }
    Fixture.script(&state, [.runs(records)])
  }

  @Test func `deleting puts the marked runs into the bin, and u brings them back`() {
    var state = state()
    let before = state.runs.visible
    let effects = type(&state, "j jj d")
    #expect(effects == [.notebook(.setBinned(true, [13, 16]))])
    carryOut(effects, &state)
    #expect(state.runs.visible.map(\.id) == [17, 15, 14, 12, 11, 10])
    #expect(state.runs.cursor == 12, "the cursor is where the run was")
    #expect(state.notice?.text == "Deleted #13, #16. u undoes; B shows the bin.")
    let back = type(&state, "u")
    #expect(back == [.notebook(.setBinned(false, [13, 16]))])
    carryOut(back, &state)
    #expect(state.runs.visible == before)
    #expect(type(&state, "u").isEmpty)
    #expect(state.notice?.text == "There is nothing to undo.")
  }

  @Test func `the number of runs at once is set by a command`() {
    var state = state()
    #expect(type(&state, ":jobs 2\r") == [.notebook(.setJobs(2))])
    for wrong in ["0", "257", "two"] {
      #expect(type(&state, ":jobs \(wrong)\r").isEmpty)
      #expect(state.notice?.text == "\(wrong) is not a number of runs; expected 1…256.")
    }
  }

  @Test func `a run under way is not deleted`() {
    var state = state()
    #expect(type(&state, ":open 14\rqd").isEmpty)
    #expect(state.notice?.text == "Run #14 is running; stop it first.")
  }

  @Test func `marks among the runs are not carried into the bin`() {
    var state = state()
    carryOut([.notebook(.setBinned(true, [10]))], &state)
    _ = type(&state, " B")
    #expect(state.runs.marked.isEmpty)
    #expect(type(&state, "dy") == [.notebook(.delete([10]))])
  }

  @Test func `a typed action of another screen says where it works`() {
    var state = state()
    _ = type(&state, ":panes\r")
    #expect(state.notice?.text == "This works only in: Run.")
    _ = type(&state, ":open 12\r")
    _ = type(&state, ":archive\r")
    #expect(state.notice?.text == "This works only in: Runs.")
  }

  @Test func `in the bin runs are taken out, or deleted for good after a question`() {
    var state = state()
    carryOut([.notebook(.setBinned(true, [10, 11, 12]))], &state)
    _ = type(&state, "B")
    #expect(state.runs.visible.map(\.id) == [12, 11, 10])
    let taken = type(&state, "u")
    #expect(taken == [.notebook(.setBinned(false, [12]))])
    carryOut(taken, &state)
    #expect(type(&state, "d").isEmpty)
    #expect(state.context == .confirmation)
    #expect(type(&state, "y") == [.notebook(.delete([11]))])
    _ = type(&state, "q")
    #expect(state.runs.shelf == .current, "q leaves the bin, not the program")
  }

  @Test func `archived runs are listed when they are asked for`() {
    var state = state()
    #expect(!state.runs.visible.contains { $0.id == 9 })
    _ = type(&state, "HG")
    #expect(state.runs.cursor == 9)
    #expect(type(&state, "a") == [.notebook(.setArchived(false, [9]))], "it comes out")
    _ = type(&state, "Hg")
    let effects = type(&state, "a")
    #expect(effects == [.notebook(.setArchived(true, [17]))])
    carryOut(effects, &state)
    #expect(state.runs.cursor == 16)
    #expect(type(&state, "u") == [.notebook(.setArchived(false, [17]))])
  }

  @Test func `tags are those the marked runs have in common, and only what changes is written`() {
    var state = state()
    // 10 and 11 are tagged baseline, 12 is not.
    state.runs.marked = [10, 11]
    _ = type(&state, "t")
    guard let prompt = state.overlay as? Prompt else {
      Issue.record("no line of tags")
      return
    }
    #expect(prompt.line.text == "baseline ")
    let effects = type(&state, "night\r")
    #expect(
      effects == [
        .notebook(.setTags(["baseline", "night"], 10)),
        .notebook(.setTags(["baseline", "night"], 11)),
      ])
    carryOut(effects, &state)
    state.runs.marked = [10, 12]
    _ = type(&state, "t")
    let more = type(&state, "x\r")
    #expect(
      more == [
        .notebook(.setTags(["baseline", "night", "x"], 10)), .notebook(.setTags(["x"], 12)),
      ])
    carryOut(more, &state)
    let back = type(&state, "u")
    #expect(
      back == [.notebook(.setTags(["baseline", "night"], 10)), .notebook(.setTags([], 12))])
  }

  @Test func `a run is renamed, and its old name comes back`() {
    var state = state()
    _ = type(&state, "r")
    Fixture.script(&state, [Fixture.key(.control("u"))])
    #expect(type(&state, "\r").isEmpty, "a run needs a name")
    #expect(state.context == .prompt)
    let effects = type(&state, "night run\r")
    #expect(effects == [.notebook(.rename("night run", 17))])
    carryOut(effects, &state)
    #expect(type(&state, "u") == [.notebook(.rename("dev only", 17))])
  }

  @Test func `stars are given to all marked runs, and taken when all have one`() {
    var state = state()
    let effects = type(&state, "  *")
    #expect(
      effects == [.notebook(.setStarred(true, 16)), .notebook(.setStarred(true, 17))])
    carryOut(effects, &state)
    #expect(
      type(&state, "*") == [.notebook(.setStarred(false, 16)), .notebook(.setStarred(false, 17))])
  }

  @Test func `a duplicate has the next seed, in its name too, and several are queued at once`() {
    var state = state()
    state.runs.cursor = 12
    _ = type(&state, "D")
    guard let prompt = state.overlay as? Prompt else {
      Issue.record("no line of seeds")
      return
    }
    #expect(prompt.line.text == "4", "seeds 1 to 3 are there")
    let effects = type(&state, " 7\r")
    guard case .notebook(.enqueueAll(let copies, let study))? = effects.first else {
      Issue.record("nothing is queued")
      return
    }
    #expect(study == "does it pay")
    #expect(copies.map { $0[Settings.seed] } == [4, 7])
    #expect(
      copies.map { $0[Settings.name] } == [
        "does it pay: priming, adapter, seed 4", "does it pay: priming, adapter, seed 7",
      ])
    var plan = copies[0]
    #expect((try? plan.set("seed", to: "1")) != nil)
    #expect(plan.differences(from: Fixture.studyRuns[2].experiment).map(\.key) == ["name"])
    _ = type(&state, "Dx\r")
    #expect(state.context == .prompt, "4x is no seed")
  }

  @Test func `queued runs change places, and the ends say why they cannot`() {
    var state = state()
    state.runs.cursor = 16
    #expect(type(&state, "K") == [.notebook(.moveInQueue(16, earlier: true))])
    #expect(type(&state, "J").isEmpty)
    #expect(state.notice?.text == "Run #16 is already last in the queue.")
    state.runs.cursor = 12
    #expect(type(&state, "K").isEmpty)
    #expect(state.notice?.text == "Run #12 is finished; only queued runs can be moved.")
  }
}
