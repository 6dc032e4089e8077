/// What the files of the shim share: handles, and the guard that catches every exception.
#pragma once

#include "CTorch.h"

#include <ATen/CPUGeneratorImpl.h>
#include <mutex>
#include <torch/torch.h>

struct ctorch_tensor_s {
  at::Tensor value;
};

struct ctorch_generator_s {
  at::Generator value;
};

namespace shim {

/// Keeps the text of the newest failure of this thread.
void remember(const char *text);

/// Runs `body`; any exception becomes the thread's last error and the result `failed`.
template <typename Result, typename Body> Result guarded(Result failed, Body body) {
  try {
    return body();
  } catch (const c10::Error &error) {
    remember(error.what_without_backtrace());
  } catch (const std::exception &error) {
    remember(error.what());
  } catch (...) {
    remember("an exception that is no std::exception");
  }
  return failed;
}

template <typename Body> ctorch_tensor tensor(Body body) {
  return guarded<ctorch_tensor>(nullptr, [&]() { return new ctorch_tensor_s{body()}; });
}

/// The next 64 bits of a generator's stream.
inline uint64_t draw(ctorch_generator generator) {
  auto *stream = at::check_generator<at::CPUGeneratorImpl>(generator->value);
  std::lock_guard<std::mutex> lock(stream->mutex_);
  return stream->random64();
}

/// Runs an update outside of gradient recording: 0, or 1 on failure.
template <typename Body> int update(Body body) {
  return guarded<int>(1, [&]() {
    at::NoGradGuard guard;
    body();
    return 0;
  });
}

} // namespace shim
