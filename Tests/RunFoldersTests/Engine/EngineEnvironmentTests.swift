import RunFolders
import Testing

@Suite struct EngineEnvironmentTests {
  private func additions(
    _ environment: [String: String] = [:], flags: Set<String> = [], threads: Int = 2,
    processors: Int = 4, folders: [String] = []
  ) -> [String: String] {
    EngineEnvironment.additions(
      to: environment, processorFlags: flags, threads: threads, processors: processors,
      libraryFolders: folders)
  }

  @Test(arguments: [
    (Set(["avx2", "fma"]), "Haswell"),
    (Set(["avx2", "fma", "avx512f", "avx512bw", "avx512vl", "avx512dq"]), "SkylakeX"),
    (Set(["avx2", "fma", "avx512f"]), "Haswell"),
  ])
  func `the kernel follows the processor`(flags: Set<String>, kernel: String) {
    #expect(additions(flags: flags)["OPENBLAS_CORETYPE"] == kernel)
  }

  @Test func `an old processor is left to OpenBLAS`() {
    #expect(additions(flags: ["sse2"])["OPENBLAS_CORETYPE"] == nil)
  }

  @Test func `what the user set stays`() {
    let result = additions(
      ["OPENBLAS_CORETYPE": "Zen", "OMP_WAIT_POLICY": "ACTIVE", "HOME": "/h"],
      flags: ["avx2", "fma"])
    #expect(result["OPENBLAS_CORETYPE"] == "Zen")
    #expect(result["OMP_WAIT_POLICY"] == "ACTIVE")
    #expect(result["HOME"] == "/h")
    #expect(result[EngineEnvironment.marker] == "1")
  }

  @Test func `OpenBLAS's OpenMP build comes first in the search path, once`() {
    let once = additions(["LD_LIBRARY_PATH": "/a:/b"], folders: ["/openmp"])
    #expect(once["LD_LIBRARY_PATH"] == "/openmp:/a:/b")
    #expect(additions(once, folders: ["/openmp"])["LD_LIBRARY_PATH"] == "/openmp:/a:/b")
  }

  @Test func `the threads asked for are those of both libraries`() {
    let asked = additions(["OMP_NUM_THREADS": "8"], threads: 3)
    #expect(asked["OMP_NUM_THREADS"] == "3" && asked["OPENBLAS_NUM_THREADS"] == "3")
    let left = additions(["OMP_NUM_THREADS": "8"], threads: 0)
    #expect(left["OMP_NUM_THREADS"] == "8" && left["OPENBLAS_NUM_THREADS"] == "8")
  }

  @Test func `no more threads than processors, unless the user's environment insists`() {
    #expect(additions(threads: 256)["OMP_NUM_THREADS"] == "4")
    #expect(additions(threads: 256)["OPENBLAS_NUM_THREADS"] == "4")
    #expect(additions(threads: 0)["OMP_NUM_THREADS"] == "4")
    #expect(additions(["OMP_NUM_THREADS": "16"], threads: 256)["OMP_NUM_THREADS"] == "16")
    #expect(additions(["OMP_NUM_THREADS": "1"], threads: 3)["OMP_NUM_THREADS"] == "3")
  }
}
