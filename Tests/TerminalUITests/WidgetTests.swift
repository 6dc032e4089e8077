import Testing

@testable import TerminalUI

@Suite struct SparklineTests {
  @Test func `a rising series climbs through all eight bars`() {
    #expect(rendering(Sparkline([0, 1, 2, 3, 4, 5, 6, 7]), 10) == "▁▂▃▄▅▆▇█")
  }
  @Test func `a diverged loss is marked and does not flatten the rest`() {
    #expect(rendering(Sparkline([0, 7, .infinity, .nan]), 4) == "▁█✕✕")
  }
  @Test func `the oldest values are left out`() {
    #expect(rendering(Sparkline([100, 0, 7]), 2) == "▁█")
  }
  @Test func `equal values are low, none draws nothing`() {
    #expect(rendering(Sparkline([3, 3, 3]), 4) == "▁▁▁")
    #expect(rendering(Sparkline([]), 4) == "")
    #expect(rendering(Sparkline([.nan]), 4) == "✕")
  }
  @Test func `the largest numbers there are do not overflow`() {
    let largest = Double.greatestFiniteMagnitude
    #expect(rendering(Sparkline([-largest, 0, largest]), 3) == "▁▅█")
  }
  @Test func `without Unicode the bars are ASCII`() {
    #expect(rendering(Sparkline([0, 1, 2, 3, 4, 5, 6, 7, .nan], glyphs: .ascii), 9) == "_.-~=*#@x")
  }
}

@Suite struct BlockTests {
  @Test func `a frame carries its title above and its footer below`() {
    #expect(
      rendering(Block(title: "Runs", footer: "3/12"), 16, 3) == """
        ╭ Runs ────────╮
        │              │
        ╰──────── 3/12 ╯
        """)
  }
  @Test func `a long title is cut within the frame`() {
    #expect(
      rendering(Block(title: "experiments"), 10, 2) == """
        ╭ exper… ╮
        ╰────────╯
        """)
  }
  @Test func `without Unicode the frame is ASCII`() {
    #expect(
      rendering(Block(title: "Runs", glyphs: .ascii), 10, 3) == """
        + Runs --+
        |        |
        +--------+
        """)
  }
  @Test func `the focus changes the role of the frame`() {
    var buffer = Buffer(width: 4, height: 2)
    buffer.draw(Block(isFocused: true), in: buffer.area)
    #expect(roles(buffer, row: 0, legend: [.borderFocused: "f", .border: "b"]) == "ffff")
  }
}

@Suite struct ParagraphTests {
  @Test func `text is wrapped between words`() {
    #expect(
      rendering(Paragraph("Quitting leaves the run going."), 14, 4) == """
        Quitting
        leaves the run
        going.

        """)
  }
  @Test func `a word longer than the row is broken`() {
    #expect(rendering(Paragraph("abcdefgh ij"), 3, 5) == "abc\ndef\ngh\nij\n")
  }
  @Test func `wide characters wrap by columns`() {
    #expect(rendering(Paragraph("東京東京"), 5, 3) == "東京\n東京\n")
  }
  @Test func `scrolling skips rows and lines are kept apart`() {
    #expect(rendering(Paragraph("a\n\nb", scroll: 1), 3, 2) == "\nb")
    #expect(Paragraph("a\n\nb").height(forWidth: 3) == 3)
  }
  @Test func `styles survive the wrapping`() {
    let rows = Paragraph.wrapped(
      StyledText([.init("one ", Style(.title)), .init("two", Style(.error))]), width: 4)
    #expect(rows == [StyledText("one", Style(.title)), StyledText("two", Style(.error))])
  }
  @Test func `no row is wider than asked`() {
    let text: StyledText = "प्राइमिंग pays, or 東京 does not pay;  two  spaces 👨‍👩‍👧👨‍👩‍👧"
    for width in 2...20 {
      for row in Paragraph.wrapped(text, width: width) where width > 3 {
        #expect(row.width <= width)
      }
    }
  }
}

@Suite struct TableTests {
  let columns = [
    Table.Column("Name", width: .fill), Table.Column("F1", width: .fixed(5), alignment: .right),
  ]
  let rows: [[StyledText]] = (0..<9).map { ["run \($0)", StyledText("\($0 * 10).0")] }

  @Test func `columns are aligned under their titles`() {
    #expect(
      rendering(Table(columns: columns, rows: Array(rows[..<2])), 18, 4) == """
         Name          F1
         run 0        0.0
         run 1       10.0

        """)
  }
  @Test func `a long cell ends in an ellipsis`() {
    #expect(
      rendering(Table(columns: columns, rows: [["priming for adapters", "61.3"]]), 18, 2) == """
         Name          F1
         priming …   61.3
        """)
  }
  @Test func `the selected row is kept visible and marked`() {
    var buffer = Buffer(width: 19, height: 4)
    buffer.draw(Table(columns: columns, rows: rows, selected: 5), in: buffer.area)
    #expect(
      buffer.text() == """
         Name          F1
         run 3       30.0 │
         run 4       40.0 █
         run 5       50.0 │
        """)
    #expect(buffer[1, 3].style.background == .selection)
    #expect(buffer[1, 2].style.background == nil)
  }
  @Test func `without focus the selection is the quiet one`() {
    var buffer = Buffer(width: 18, height: 2)
    buffer.draw(Table(columns: columns, rows: rows, selected: 0, isFocused: false), in: buffer.area)
    #expect(buffer[4, 1].style.background == .selectionInactive)
  }
  @Test func `scrolling moves as little as possible`() {
    #expect(Scrolling.offset(3, selected: 4, count: 9, visible: 3) == 3)
    #expect(Scrolling.offset(3, selected: 6, count: 9, visible: 3) == 4)
    #expect(Scrolling.offset(3, selected: 0, count: 9, visible: 3) == 0)
    #expect(Scrolling.offset(8, selected: 8, count: 9, visible: 3) == 6)
    #expect(Scrolling.offset(5, selected: 1, count: 2, visible: 3) == 0)
    #expect(Scrolling.offset(5, selected: nil, count: 9, visible: 0) == 0)
  }
  @Test func `a list is a table of one column without a header`() {
    #expect(rendering(ListView(["en", "de"], selected: 1), 8, 3) == " en\n de\n")
  }
}

@Suite struct GaugeTests {
  @Test func `the bar fills in eighths of a cell`() {
    // 14 − 1 label − 1 − 5 text − 1 = 6 cells; 0.4 of 48 eighths is 19: two cells and three eighths
    #expect(rendering(Gauge(label: "s", fraction: 0.4), 14) == "s ██▍···  40 %")
  }
  @Test func `full is full and only full is 100`() {
    #expect(rendering(Gauge(label: "s", fraction: 1), 14) == "s ██████ 100 %")
    #expect(rendering(Gauge(label: "s", fraction: 0.9999), 14) == "s █████▉  99 %")
  }
  @Test func `a fraction that is no number is a dash, one outside is brought inside`() {
    #expect(rendering(Gauge(label: "s", fraction: .nan), 14) == "s ······   – %")
    #expect(rendering(Gauge(label: "s", fraction: -3), 14) == "s ······   0 %")
    #expect(rendering(Gauge(label: "s", fraction: 7), 14) == "s ██████ 100 %")
  }
  @Test func `on a narrow area the label gives way, then the bar`() {
    #expect(rendering(Gauge(label: "outer step", fraction: 0.5), 14) == "ou… ██··  50 %")
    #expect(rendering(Gauge(label: "outer step", fraction: 0.5), 5) == " 50 %")
  }
  @Test func `ASCII and blocks have coarser bars`() {
    #expect(rendering(Gauge(label: "s", fraction: 0.4, glyphs: .ascii), 14) == "s ##....  40 %")
    #expect(
      rendering(Gauge(label: "s", fraction: 0.5, detail: "3/6", glyphs: .blocks), 11)
        == "s ██▌·· 3/6")
  }
}

@Suite struct BarChartTests {
  let bars = [
    BarChart.Bar(label: "de", value: 0.613, change: 0.012),
    BarChart.Bar(label: "hi", value: 0.229, change: -0.004),
    BarChart.Bar(label: "af", value: nil),
    BarChart.Bar(label: "nl", value: .nan, change: 0.0001),
  ]

  @Test func `bars carry their values and how they changed`() {
    // 13 cells or 104 eighths: 0.613 of them are 63 (7 cells and 7), 0.229 of them 23 (2 and 7)
    #expect(
      rendering(BarChart(bars), 30, 4) == """
        de  ███████▉·····  61.3  ▲ 1.2
        hi  ██▉··········  22.9  ▼ 0.4
        af  ·············     –
        nl  ·············     ✕  = 0.0
        """)
  }
  @Test func `rising and falling have their own roles, and what stays has neither`() {
    var same = bars[3]
    same.change = -0.0001
    var buffer = Buffer(width: 30, height: 3)
    buffer.draw(BarChart([bars[0], bars[1], same]), in: buffer.area)
    #expect((0..<3).map { buffer[25, $0].style.role } == [.f1Up, .f1Down, .faint])
  }
  @Test func `without Unicode everything is ASCII`() {
    let picture = rendering(BarChart(bars, glyphs: .ascii), 30, 4)
    #expect(!picture.contains { !$0.isASCII })
  }
}

@Suite struct TextFieldTests {
  @Test func `the text scrolls so that the cursor is visible`() {
    #expect(rendering(TextField("learningRate", cursor: 12), 6) == "gRate")
    #expect(rendering(TextField("learningRate", cursor: 0), 6) == "learni")
    let area = Rect(x: 2, y: 1, width: 6, height: 1)
    #expect(TextField("learningRate", cursor: 12).cursorPosition(in: area)?.x == 7)
    #expect(TextField("lr", cursor: 1).cursorPosition(in: area)?.x == 3)
    #expect(
      TextField("lr", cursor: 1).cursorPosition(in: Rect(x: 0, y: 0, width: 0, height: 1)) == nil)
  }
  @Test func `the cursor never leaves the field`() {
    for text in ["", "ab", "東京東京", "प्राइमिंग", "👨‍👩‍👧x👨‍👩‍👧"] {
      for cursor in 0...(text.count + 2) {
        for width in 1...7 {
          let area = Rect(x: 0, y: 0, width: width, height: 1)
          let spot = TextField(text, cursor: cursor).cursorPosition(in: area)
          #expect(spot.map { area.contains(x: $0.x, y: $0.y) } == true)
        }
      }
    }
  }
  @Test func `an invalid value is marked`() {
    var buffer = Buffer(width: 4, height: 1)
    buffer.draw(TextField("-1", cursor: 2, isFocused: false, isInvalid: true), in: buffer.area)
    #expect(roles(buffer, row: 0, legend: [.inputInvalid: "!"]) == "!!!!")
  }
  @Test func `an empty field shows its placeholder`() {
    #expect(rendering(TextField("", cursor: 0, placeholder: "search"), 10) == "search")
  }
}

@Suite struct DialogTests {
  @Test func `a dialog stands in the middle with its buttons below`() {
    let dialog = Dialog(
      title: "Stop the run?", message: ["It can be resumed from step 120."],
      buttons: ["Stop", "Keep"])
    #expect(
      rendering(dialog, 38, 7) == """

         ╭ Stop the run? ───────────────────╮
         │ It can be resumed from step 120. │
         │                                  │
         │               [ Stop ]  [ Keep ] │
         ╰──────────────────────────────────╯

        """)
  }
  @Test func `the chosen button is selected`() {
    var buffer = Buffer(width: 30, height: 6)
    buffer.draw(
      Dialog(title: "?", message: ["x"], buttons: ["A", "B"], selected: 1), in: buffer.area)
    let selected = (0..<6).flatMap { y in
      (0..<30).filter { buffer[$0, y].style.background == .selection }.map { buffer[$0, y].text }
    }
    #expect(String(selected) == "[ B ]")
  }
}

@Suite struct KeyBarTests {
  let items = [
    KeyBar.Item(key: "Enter", label: "open"),
    KeyBar.Item(key: "/", label: "search", isEnabled: false),
    KeyBar.Item(key: "q", label: "back"),
  ]

  @Test func `keys that do not fit are left out whole`() {
    #expect(rendering(KeyBar(items), 40) == " Enter  open  /  search  q  back")
    #expect(rendering(KeyBar(items), 25) == " Enter  open  /  search")
    #expect(rendering(KeyBar(items), 6) == "")
  }
  @Test func `what cannot be used is faint`() {
    var buffer = Buffer(width: 12, height: 1)
    buffer.draw(KeyBar([items[1]]), in: buffer.area)
    #expect(buffer[1, 0].style.role == .faint)
  }
}

@Suite struct TabsTests {
  @Test func `the chosen title is selected and a click finds its title`() {
    let tabs = Tabs(["Runs", "Study"], selected: 1)
    let area = Rect(x: 0, y: 0, width: 20, height: 1)
    #expect(rendering(tabs, 20) == " Runs │ Study")
    #expect(tabs.index(atColumn: 0, in: area) == 0)
    #expect(tabs.index(atColumn: 6, in: area) == nil)
    #expect(tabs.index(atColumn: 7, in: area) == 1)
    #expect(tabs.index(atColumn: 19, in: area) == nil)
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, "0"), (0.5, "0.5"), (0.0312, "0.0312"), (3e-5, "3e-5"), (1.25, "1.25"), (61.34, "61.3"),
    (1200, "1.2k"), (12_500, "12.5k"), (250_000, "250k"), (1.5e6, "1.5M"), (2e9, "2G"),
    (-0.25, "-0.25"), (.nan, "NaN"), (.infinity, "inf"), (-.infinity, "-inf"), (1e22, "1e22"),
    (999_600, "1M"), (0.0002, "2e-4"),
  ])
  func `numbers are short`(value: Double, text: String) {
    #expect(NumberText.compact(value) == text)
  }
  @Test func `a small negative number is no negative zero`() {
    #expect(NumberText.fixed(-0.001, decimals: 1) == "0.0")
  }
}
