// swift-tools-version: 6.0
import PackageDescription

// Numerics come from libtorch: Debian's `libtorch-dev` (1.13, C++17) unless LIBTORCH names the
// folder of an upstream libtorch 2.x or of an installed torch wheel (`include/` and `lib/`). Its
// headers are the system's, so that warnings are of this package's code.
let upstreamTorch = Context.environment["LIBTORCH"]

let torchCompilerFlags: [String] =
  if let upstreamTorch {
    [
      "-isystem", "\(upstreamTorch)/include",
      "-isystem", "\(upstreamTorch)/include/torch/csrc/api/include", "-std=c++20",
    ]
  } else {
    ["-isystem", "/usr/include/torch/csrc/api/include", "-std=c++17"]
  }

let torchLinkerFlags: [String] =
  if let upstreamTorch {
    ["-L\(upstreamTorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(upstreamTorch)/lib"]
  } else {
    []
  }

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "primer",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // The C targets: a thin header each over the terminal, text, checksums and the numerics
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "CFribidi", linkerSettings: [.linkedLibrary("fribidi")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CXxhash", linkerSettings: [.linkedLibrary("xxhash")]),
    .target(
      name: "CMarkdown",
      linkerSettings: [.linkedLibrary("cmark-gfm-extensions"), .linkedLibrary("cmark-gfm")]),
    .target(
      name: "CTorch",
      cxxSettings: [.unsafeFlags(["-Wall", "-Wextra", "-O2"] + torchCompilerFlags)],
      linkerSettings: [
        .unsafeFlags(torchLinkerFlags),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"), .linkedLibrary("stdc++"),
      ]),

    .target(name: "CProcesses"),

    // The task, in plain values; files and other programs
    .target(name: "NamedEntities"),
    .target(name: "Files"),
    .target(name: "Processes", dependencies: ["CProcesses"]),

    // The engine
    .target(name: "Tensors", dependencies: ["Files", "CTorch"]),
    .target(name: "ModelFiles", dependencies: ["Tensors", "Files", "CZlib"]),
    .target(name: "Tokenization", dependencies: ["NamedEntities", "Files"]),
    .target(
      name: "Encoders",
      dependencies: ["Tensors", "ModelFiles", "Tokenization", "NamedEntities", "Files"]),
    .target(name: "MetaLearning", dependencies: ["Tensors"]),

    // The notebook
    .target(name: "Experiments", dependencies: ["NamedEntities", "TOMLKit"]),
    .target(
      name: "RunFolders", dependencies: ["Experiments", "NamedEntities", "Processes", "Files"]),
    .target(
      name: "LabNotebook",
      dependencies: [
        "RunFolders", "Experiments", "NamedEntities", "Files", "CZlib",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "RunQueue",
      dependencies: ["LabNotebook", "RunFolders", "Experiments", "Processes", "Files"]),
    .target(
      name: "Laboratory",
      dependencies: [
        "Encoders", "Tokenization", "ModelFiles", "MetaLearning", "Tensors", "RunFolders",
        "Experiments", "NamedEntities", "Files", "CXxhash",
      ]),

    // The screens
    .target(name: "TerminalUI", dependencies: ["CNcurses", "CFribidi", "CMarkdown"]),
    .target(
      name: "NotebookScreens",
      dependencies: [
        "TerminalUI", "LabNotebook", "RunFolders", "Experiments", "NamedEntities", "Files",
      ]),
    .target(
      name: "NotebookSession",
      dependencies: [
        "NotebookScreens", "TerminalUI", "RunQueue", "LabNotebook", "RunFolders", "Experiments",
        "NamedEntities", "Processes", "Files",
      ]),

    // What leaves the notebook for readers
    .target(
      name: "Reports",
      dependencies: [
        "NotebookScreens", "TerminalUI", "LabNotebook", "RunFolders", "Experiments",
        "NamedEntities",
      ]),

    // The programs
    .executableTarget(
      name: "primer",
      dependencies: [
        "Reports", "NotebookSession", "NotebookScreens", "TerminalUI", "RunQueue", "LabNotebook",
        "RunFolders", "Experiments", "NamedEntities", "Processes", "Files", argumentParser,
      ]
    ),
    .executableTarget(
      name: "primer-engine",
      dependencies: [
        "Laboratory", "Encoders", "Tokenization", "ModelFiles", "MetaLearning", "Tensors",
        "RunFolders", "Experiments", "NamedEntities", "Processes", "Files", argumentParser,
      ]),

    // Tests
    .target(name: "TestSupport", dependencies: ["Processes"], path: "Tests/TestSupport"),
    .target(
      name: "NotebookSupport",
      dependencies: [
        "LabNotebook", "RunFolders", "Experiments", "Processes", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/NotebookSupport"),
    .testTarget(name: "ProcessesTests", dependencies: ["Processes", "TestSupport"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
    .testTarget(name: "NamedEntitiesTests", dependencies: ["NamedEntities", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(
      name: "ModelFilesTests", dependencies: ["ModelFiles", "Tensors", "TestSupport"],
      exclude: ["Python"]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "TestSupport"], exclude: ["Python"]),
    .testTarget(
      name: "EncodersTests",
      dependencies: [
        "Encoders", "Tokenization", "ModelFiles", "Tensors", "NamedEntities", "TestSupport",
      ],
      exclude: ["Python"]),
    .testTarget(
      name: "MetaLearningTests", dependencies: ["MetaLearning", "Tensors", "TestSupport"]),
    .testTarget(
      name: "ExperimentsTests", dependencies: ["Experiments", "NamedEntities", "TestSupport"]),
    .testTarget(
      name: "RunFoldersTests",
      dependencies: ["RunFolders", "NamedEntities", "Processes", "Files", "TestSupport"]),
    .testTarget(
      name: "LabNotebookTests",
      dependencies: [
        "LabNotebook", "RunFolders", "Experiments", "NamedEntities", "Files", "NotebookSupport",
        "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "RunQueueTests",
      dependencies: [
        "RunQueue", "LabNotebook", "RunFolders", "Experiments", "Processes", "NotebookSupport",
        "TestSupport",
      ]),
    .testTarget(
      name: "LaboratoryTests",
      dependencies: [
        "Laboratory", "Encoders", "Tokenization", "ModelFiles", "MetaLearning", "Tensors",
        "LabNotebook", "RunFolders", "Experiments", "NamedEntities", "Processes", "Files",
        "NotebookSupport", "TestSupport",
      ],
      exclude: ["Python"]),
    .testTarget(
      name: "TerminalUITests", dependencies: ["TerminalUI", "TestSupport"], exclude: ["Snapshots"]),
    .testTarget(
      name: "NotebookScreensTests",
      dependencies: [
        "NotebookScreens", "NotebookSession", "TerminalUI", "LabNotebook", "RunFolders",
        "Experiments", "NamedEntities", "Processes", "NotebookSupport", "TestSupport",
      ],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "NotebookSessionTests",
      dependencies: [
        "NotebookSession", "NotebookScreens", "TerminalUI", "RunQueue", "LabNotebook",
        "RunFolders", "Experiments", "NamedEntities", "Processes", "NotebookSupport",
        "TestSupport",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "NotebookScreens", "TerminalUI", "LabNotebook", "RunFolders", "Experiments",
        "NamedEntities", "NotebookSupport", "TestSupport",
      ],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "NotebookSession", "NotebookScreens", "TerminalUI", "RunQueue", "LabNotebook", "RunFolders",
        "Experiments", "NamedEntities", "Processes", "NotebookSupport", "TestSupport",
      ]),
  ],
  cxxLanguageStandard: upstreamTorch == nil ? .cxx17 : .cxx20
)

// What makes inputs for ten thousand tries of each reader is worth optimizing in every build.
package.targets.first { $0.name == "TestSupport" }?.swiftSettings = [.unsafeFlags(["-O"])]

let cTargets = [
  "CNcurses", "CFribidi", "CMarkdown", "CZlib", "CXxhash", "CProcesses", "CTorch",
]
for target in package.targets where !cTargets.contains(target.name) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
