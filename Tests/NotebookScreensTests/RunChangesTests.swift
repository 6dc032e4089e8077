import Foundation
import LabNotebook
import RunFolders
import TestSupport
import Testing

@testable import NotebookScreens

/// A list whose runs change one by one is the list that is put in order again.
@Suite struct RunChangesTests {
  private static let orders: [NotebookScreens.RunColumn] = [
    .id, .state, .name, .f1, .progress, .time, .tags, .created, .setting("seed"),
  ]

  private func expectSame(
    _ list: RunsState, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var anew = RunsState()
    (anew.isLoaded, anew.filter, anew.shelf, anew.grouping) =
      (true, list.filter, list.shelf, list.grouping)
    (anew.order, anew.isDescending) = (list.order, list.isDescending)
    anew.cursor = list.cursor
    anew.records = list.records
    #expect(list.rows == anew.rows, "\(what)", sourceLocation: sourceLocation)
    #expect(list.visible == anew.visible, "\(what)", sourceLocation: sourceLocation)
    #expect(list.best == anew.best, "\(what)", sourceLocation: sourceLocation)
    #expect(list.counts == anew.counts, "\(what)", sourceLocation: sourceLocation)
    #expect(list.queuePlaces == anew.queuePlaces, "\(what)", sourceLocation: sourceLocation)
    #expect(list.selected == anew.selected, "\(what)", sourceLocation: sourceLocation)
    #expect(list.placeOfCursor == anew.placeOfCursor, "\(what)", sourceLocation: sourceLocation)
  }

  private func change(_ run: inout RunRecord, _ chance: inout FuzzChance) {
    switch chance.below(12) {
    case 0: run.state = chance.pick(RunState.allCases)
    case 1: run.name = chance.pick(["a", "b", "priming", "x y"])
    case 2: run.tags = chance.pick([[], ["good"], ["bad", "good"]])
    case 3: run.archived.toggle()
    case 4: run.deleted = run.deleted == nil ? Fixture.noon : nil
    case 5: run.position = Double(chance.below(20))
    case 6: run.results = [Fixture.evaluation("hi", "test", chance.below(100))]
    case 7: run.note = "note \(chance.below(3))"
    case 8: run.study = chance.pick(["", "s", "t"])
    default:
      var progress = run.progress ?? Fixture.priming
      progress.fraction = Double(chance.below(100)) / 100
      progress.secondsElapsed = Double(chance.below(500))
      run.progress = progress
    }
  }

  @Test(arguments: ["", "priming", "state:running", "progress>50", "-tag:good"])
  func `whatever changes, the list is as if it were new`(filter: String) {
    var chance = FuzzChance(seed: 7)
    for order in Self.orders {
      for grouping in [RunGrouping.none, .study] {
        var list = RunsState()
        (list.isLoaded, list.filter, list.grouping, list.order) = (true, filter, grouping, order)
        list.records = Fixture.runs + Fixture.studyRuns
        for step in 0..<40 {
          var records = list.records
          for _ in 0..<chance.below(4) {
            let place = chance.below(records.count)
            change(&records[place], &chance)
          }
          list.records = records
          if step % 5 == 0 { list.cursor = chance.pick(records).id }
          expectSame(list, "\(filter), \(order.word), \(grouping), step \(step)")
        }
      }
    }
  }

  @Test func `progress of a run is put into its row, and the others are not looked at`() {
    var list = RunsState()
    list.isLoaded = true
    list.records = Fixture.runs
    var records = list.records
    records[4].progress?.fraction = 0.9
    let isUnchanged = list.take(changesFrom: list.records)
    #expect(isUnchanged, "nothing has changed")
    let old = list.records
    list.records = records
    #expect(list.rows.compactMap(\.run).first { $0.id == 5 }?.progress?.fraction == 0.9)
    let isRow = list.take(changesFrom: old)
    #expect(isRow, "only its row")
    records[4].state = .finished
    let before = list.records
    list.records = records
    let isRowAlone = list.take(changesFrom: before)
    #expect(!isRowAlone, "what counts runs by state changes too")
  }
}
