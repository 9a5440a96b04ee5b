/* Preloaded into a program under test: ends it with SIGKILL at the n-th point of its I/O. Every call that changes
 * files has three points: before it, in the middle of it (a write of half the bytes), and after it.
 *
 *   KILL_AT=n         the point, from 0; without it nothing happens
 *   NO_WAL_SYNC=1     a planted bug: fdatasync of a RocksDB write-ahead log says yes and does nothing
 *
 * As a power cut would, the end takes along what was appended to an open file since its last fsync or fdatasync: a
 * kill alone leaves that in the kernel's cache, and an acknowledgement before the fsync would never be noticed.
 *
 * Writes to standard output and error do not count: they are how the program under test reports. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long kill_at = -1;
static atomic_long passed;

__attribute__((constructor)) static void read_environment(void) {
  const char *text = getenv("KILL_AT");
  if (text != NULL) kill_at = atol(text);
}

static int is_the_point(void) { return kill_at >= 0 && atomic_fetch_add(&passed, 1) == kill_at; }

static void *next_of(const char *name) { return dlsym(RTLD_NEXT, name); }

/* A pointer to data may not be cast to one to a function; copying its bytes is what POSIX asks for. */
#define REAL(result, name, ...)                              \
  static result (*real)(__VA_ARGS__);                        \
  if (real == NULL) *(void **)(&real) = next_of(#name);

/* Of each open file: how much of it is on the disk, and whether more was written since. */
enum { files_max = 4096 };
static _Atomic off_t synced_size[files_max];
static atomic_int is_dirty[files_max];

static off_t size_of(int file) {
  struct stat about;
  return fstat(file, &about) == 0 && S_ISREG(about.st_mode) ? about.st_size : 0;
}
static void now_synced(int file) {
  if (file < 0 || file >= files_max) return;
  synced_size[file] = size_of(file);
  is_dirty[file] = 0;
}
static void now_dirty(int file) {
  if (file >= 0 && file < files_max) is_dirty[file] = 1;
}
static int is_planted(int file) {
  if (getenv("NO_WAL_SYNC") == NULL) return 0;
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path);
  return length > 4 && strncmp(path + length - 4, ".log", 4) == 0;
}
static void forget_unsynced(void) {
  REAL(int, ftruncate, int, off_t)
  for (int file = STDERR_FILENO + 1; file < files_max; ++file) {
    if (is_dirty[file] && size_of(file) > synced_size[file]) (void)!real(file, synced_size[file]);
  }
}

static void end(void) {
  forget_unsynced();
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void point(void) {
  if (is_the_point()) end();
}

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t)
  if (file <= STDERR_FILENO) return real(file, bytes, size);
  point();
  now_dirty(file);
  if (is_the_point()) {
    (void)!real(file, bytes, size / 2);
    end();
  }
  const ssize_t written = real(file, bytes, size);
  point();
  return written;
}

#define POSITIONED_WRITE(name, offset_type)                                      \
  ssize_t name(int file, const void *bytes, size_t size, offset_type offset) {   \
    REAL(ssize_t, name, int, const void *, size_t, offset_type)                  \
    point();                                                                     \
    now_dirty(file);                                                             \
    if (is_the_point()) {                                                        \
      (void)!real(file, bytes, size / 2, offset);                                \
      end();                                                                     \
    }                                                                            \
    const ssize_t written = real(file, bytes, size, offset);                     \
    point();                                                                     \
    return written;                                                              \
  }
POSITIONED_WRITE(pwrite, off_t)
POSITIONED_WRITE(pwrite64, off64_t)

#define BEFORE_AND_AFTER(result, name, parameters, types, arguments) \
  result name parameters {                                           \
    REAL(result, name, types)                                        \
    point();                                                         \
    const result outcome = real arguments;                           \
    point();                                                         \
    return outcome;                                                  \
  }
#define TYPES(...) __VA_ARGS__

BEFORE_AND_AFTER(ssize_t, writev, (int file, const struct iovec *parts, int count),
                 TYPES(int, const struct iovec *, int), (file, parts, count))
BEFORE_AND_AFTER(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t offset),
                 TYPES(int, const struct iovec *, int, off_t), (file, parts, count, offset))
#define SYNCING(name)                 \
  int name(int file) {                \
    REAL(int, name, int)              \
    point();                          \
    if (is_planted(file)) return 0;   \
    const int outcome = real(file);   \
    if (outcome == 0) now_synced(file); \
    point();                          \
    return outcome;                   \
  }
SYNCING(fdatasync)
SYNCING(fsync)
BEFORE_AND_AFTER(int, sync_file_range,
                 (int file, off64_t offset, off64_t size, unsigned int flags),
                 TYPES(int, off64_t, off64_t, unsigned int), (file, offset, size, flags))
BEFORE_AND_AFTER(int, rename, (const char *from, const char *to), TYPES(const char *, const char *),
                 (from, to))
BEFORE_AND_AFTER(int, link, (const char *from, const char *to), TYPES(const char *, const char *),
                 (from, to))
BEFORE_AND_AFTER(int, unlink, (const char *path), TYPES(const char *), (path))
BEFORE_AND_AFTER(int, mkdir, (const char *path, mode_t mode), TYPES(const char *, mode_t),
                 (path, mode))
BEFORE_AND_AFTER(int, ftruncate, (int file, off_t size), TYPES(int, off_t), (file, size))
BEFORE_AND_AFTER(int, ftruncate64, (int file, off64_t size), TYPES(int, off64_t), (file, size))
BEFORE_AND_AFTER(int, fallocate, (int file, int mode, off_t offset, off_t size),
                 TYPES(int, int, off_t, off_t), (file, mode, offset, size))
BEFORE_AND_AFTER(int, fallocate64, (int file, int mode, off64_t offset, off64_t size),
                 TYPES(int, int, off64_t, off64_t), (file, mode, offset, size))

/* Creating a file is I/O too; opening one to read it is not. */
#define OPENING(name)                                              \
  int name(const char *path, int flags, ...) {                     \
    REAL(int, name, const char *, int, ...)                        \
    mode_t mode = 0;                                               \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                    \
      va_list rest;                                                \
      va_start(rest, flags);                                       \
      mode = va_arg(rest, mode_t);                                 \
      va_end(rest);                                                \
    }                                                              \
    if ((flags & O_CREAT) == 0) {                                  \
      const int known = real(path, flags, mode);                   \
      now_synced(known);                                           \
      return known;                                                \
    }                                                              \
    point();                                                       \
    const int file = real(path, flags, mode);                      \
    now_synced(file);                                              \
    point();                                                       \
    return file;                                                   \
  }
OPENING(open)
OPENING(open64)
