/* Preloaded into a program under test: kills it, or makes its I/O fail, at the n-th point of that I/O.
 *
 *   KILL_AT=n         SIGKILL at the n-th point, from 0. Every call that changes files or names has one before it and
 *                     one after it; a write has one in its middle, with half the bytes written
 *   KILL_KEEPS=n      of what was not synced, this seed decides what survives; without it, nothing does
 *   KEPT=FOLDER       where names that a death may bring back are kept; on the same file system
 *   FAIL_AT=n         the n-th write (or fsync, with FAIL_WITH=fsync) fails
 *   FAIL_WITH=…       eio: once. enospc: and every one after it. short: half is written, and that is said. fsync: EIO
 *                     once, and what was not synced is gone, as Linux does it (the next one says yes)
 *   COUNT_POINTS=1    at its end a life says "points KILLS FAILURES"
 *   NO_SYNC_OF=…      a planted bug: fsync and fdatasync of these say yes and do nothing: wal, head, folder
 *
 * As a power cut would, the end takes along what was not synced: bytes appended or overwritten since a file's last
 * fsync, and names made, replaced or removed since their folder's. A kill alone leaves all that in the kernel's cache,
 * and an acknowledgement before the fsync would never be noticed.
 *
 * Standard output and error do not count: they are how the program reports. A failure is reported there, too: a line
 * "failed PATH". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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
static long fail_at = -1;
static const char *fail_with = "";
static const char *kept_folder;
static const char *no_sync_of = "";
static unsigned long long chance; /* 0: nothing that was not synced survives */
static atomic_long passed;
static atomic_long failures_passed;

__attribute__((constructor)) static void read_environment(void) {
  const char *text = getenv("KILL_AT");
  if (text != NULL) kill_at = atol(text);
  if ((text = getenv("FAIL_AT")) != NULL) fail_at = atol(text);
  if ((text = getenv("FAIL_WITH")) != NULL) fail_with = text;
  if ((text = getenv("NO_SYNC_OF")) != NULL) no_sync_of = text;
  if ((text = getenv("KILL_KEEPS")) != NULL) chance = strtoull(text, NULL, 10) * 2 + 1;
  kept_folder = getenv("KEPT");
}

/* How many points a life has is asked with numbers that it does not reach. */
__attribute__((destructor)) static void tell_points(void) {
  if (getenv("COUNT_POINTS") != NULL) dprintf(STDOUT_FILENO, "points %ld %ld\n", passed, failures_passed);
}

static int is_the_point(void) { return kill_at >= 0 && atomic_fetch_add(&passed, 1) == kill_at; }

static void *next_of(const char *name) { return dlsym(RTLD_NEXT, name); }

/* A pointer to data may not be cast to one to a function; copying its bytes is what POSIX asks for. */
#define REAL(result, name, ...)        \
  static result (*real)(__VA_ARGS__);  \
  if (real == NULL) *(void **)(&real) = next_of(#name);

/* xorshift: seeded, so that a death can be repeated. */
static unsigned long long draw(unsigned long long below) {
  chance ^= chance << 13;
  chance ^= chance >> 7;
  chance ^= chance << 17;
  return below == 0 ? 0 : chance % below;
}
static int survives(void) { return chance != 0 && draw(2) == 1; }

/* ---- What of a file's bytes is not on the disk ---- */

enum { files_max = 1024, kept_open_from = 512, path_max = 512 };
static _Atomic off_t synced_size[files_max];
static atomic_int is_dirty[files_max];

static int is_a_file(int file) {
  struct stat about;
  return fstat(file, &about) == 0 && S_ISREG(about.st_mode);
}
static off_t size_of(int file) {
  struct stat about;
  return fstat(file, &about) == 0 && S_ISREG(about.st_mode) ? about.st_size : 0;
}

struct overwritten {
  struct overwritten *before;
  int file;
  off_t at;
  ssize_t size;
  char bytes[];
};
static struct overwritten *overwrites;
static pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;

static void forget_overwrites(int file) {
  pthread_mutex_lock(&journal);
  for (struct overwritten **at = &overwrites; *at != NULL;) {
    struct overwritten *const one = *at;
    if (one->file != file) {
      at = &one->before;
      continue;
    }
    *at = one->before;
    free(one);
  }
  pthread_mutex_unlock(&journal);
}
static void now_synced(int file) {
  if (file < 0 || file >= files_max) return;
  synced_size[file] = size_of(file);
  is_dirty[file] = 0;
  forget_overwrites(file);
}
/* A file that is closed is not on the disk for that: it stays open here, under another number. */
static void keep_unsynced(int file) {
  if (kill_at < 0 || file < 0 || file >= files_max || !is_dirty[file]) return;
  const int again = fcntl(file, F_DUPFD_CLOEXEC, kept_open_from);
  if (again >= 0 && again < files_max) {
    synced_size[again] = synced_size[file];
    is_dirty[again] = 1;
  }
  is_dirty[file] = 0;
}
static void forget_kept_open(int file) {
  struct stat synced;
  if (kill_at < 0 || fstat(file, &synced) != 0) return;
  for (int other = kept_open_from; other < files_max; ++other) {
    struct stat about;
    if (is_dirty[other] && fstat(other, &about) == 0 && about.st_ino == synced.st_ino) is_dirty[other] = 0;
  }
}
static void now_dirty(int file, size_t size, off_t at) {
  if (file < 0 || file >= files_max) return;
  is_dirty[file] = 1;
  if (at < 0) at = lseek(file, 0, SEEK_CUR);
  if (kill_at < 0 || at < 0 || at >= synced_size[file]) return;
  struct overwritten *const one = malloc(sizeof *one + size);
  if (one == NULL) return;
  *one = (struct overwritten){.file = file, .at = at, .size = pread(file, one->bytes, size, at)};
  pthread_mutex_lock(&journal);
  one->before = overwrites;
  overwrites = one;
  pthread_mutex_unlock(&journal);
}
static void lose_bytes(int only) {
  REAL(int, ftruncate, int, off_t)
  static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
  *(void **)(&real_pwrite) = next_of("pwrite");
  for (const struct overwritten *one = overwrites; one != NULL; one = one->before) {
    if ((only < 0 || only == one->file) && one->size > 0 && !survives()) {
      (void)!real_pwrite(one->file, one->bytes, (size_t)one->size, one->at);
    }
  }
  for (int file = STDERR_FILENO + 1; file < files_max; ++file) {
    if (!is_dirty[file] || (only >= 0 && only != file)) continue;
    const off_t unsynced = size_of(file) - synced_size[file];
    if (unsynced <= 0) continue;
    const off_t kept = chance == 0 ? 0 : (off_t)draw((unsigned long long)unsynced + 1);
    (void)!real(file, synced_size[file] + kept);
  }
}

/* ---- What of a folder's names is not on the disk ---- */

struct name_change {
  struct name_change *before;
  char path[path_max];    /* the name that was made, replaced or removed */
  char moved[path_max];   /* where the file had its name before; empty: nowhere */
  char kept[path_max];    /* a link to what had the name before; empty: nothing */
};
static struct name_change *changes;
static atomic_int kept_files;

static void copy_path(char *to, const char *from) { snprintf(to, path_max, "%s", from); }

static struct name_change *about_to_change(const char *path) {
  if (kept_folder == NULL || kill_at < 0) return NULL;
  struct name_change *const change = calloc(1, sizeof *change);
  if (change == NULL) return NULL;
  copy_path(change->path, path);
  snprintf(change->kept, path_max, "%.400s/%d", kept_folder, atomic_fetch_add(&kept_files, 1));
  REAL(int, link, const char *, const char *)
  if (real(path, change->kept) != 0) change->kept[0] = '\0';
  return change;
}
static void changed(struct name_change *change, int is_done) {
  if (change == NULL) return;
  if (!is_done) {
    free(change);
    return;
  }
  pthread_mutex_lock(&journal);
  change->before = changes;
  changes = change;
  pthread_mutex_unlock(&journal);
}
static int is_directly_in(const char *path, const char *folder) {
  const size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}
static void folder_synced(const char *folder) {
  pthread_mutex_lock(&journal);
  for (struct name_change **at = &changes; *at != NULL;) {
    struct name_change *const one = *at;
    if (!is_directly_in(one->path, folder)) {
      at = &one->before;
      continue;
    }
    *at = one->before;
    free(one);
  }
  pthread_mutex_unlock(&journal);
}
/* The newest change first. File systems journal names in order: where one survives, so did those before it. */
static void lose_names(void) {
  REAL(int, rename, const char *, const char *)
  static int (*real_unlink)(const char *);
  *(void **)(&real_unlink) = next_of("unlink");
  static int (*real_link)(const char *, const char *);
  *(void **)(&real_link) = next_of("link");
  const int all = chance == 0;
  for (const struct name_change *one = changes; one != NULL; one = one->before) {
    if (!all && survives()) return;
    if (one->moved[0] != '\0') {
      (void)!real(one->path, one->moved);
    } else {
      (void)!real_unlink(one->path);
    }
    if (one->kept[0] != '\0') (void)!real_link(one->kept, one->path);
  }
}

static void end(void) {
  lose_bytes(-1);
  lose_names();
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void point(void) {
  if (is_the_point()) end();
}

/* ---- Failures and planted bugs ---- */

static int path_of(int file, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, path_max - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return 1;
}
static int ends_with(const char *text, const char *end_of_it) {
  const size_t length = strlen(text);
  const size_t end_length = strlen(end_of_it);
  return length >= end_length && strcmp(text + length - end_length, end_of_it) == 0;
}
static int is_planted(const char *path) {
  if (strcmp(no_sync_of, "wal") == 0) return ends_with(path, ".log");
  if (strcmp(no_sync_of, "head") == 0) return strstr(path, "/checkpoint.") != 0 && ends_with(path, ".tmp");
  struct stat about;
  return strcmp(no_sync_of, "folder") == 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}
static void report_failure(int file) {
  char path[path_max] = "";
  char line[path_max + 16];
  (void)!path_of(file, path);
  const int length = snprintf(line, sizeof line, "failed %s\n", path);
  static ssize_t (*real_write)(int, const void *, size_t);
  *(void **)(&real_write) = next_of("write");
  (void)!real_write(STDOUT_FILENO, line, (size_t)length);
}
/* 0: go on; otherwise the errno to fail with; -1: write half. */
static int failure_of_write(int file) {
  if (fail_at < 0 || strcmp(fail_with, "fsync") == 0) return 0;
  const long now = atomic_fetch_add(&failures_passed, 1);
  const int lasts = strcmp(fail_with, "enospc") == 0;
  if (now != fail_at && !(lasts && now > fail_at)) return 0;
  if (now == fail_at) report_failure(file);
  if (lasts) return ENOSPC;
  return strcmp(fail_with, "short") == 0 ? -1 : EIO;
}
static int fsync_fails(int file) {
  if (fail_at < 0 || strcmp(fail_with, "fsync") != 0) return 0;
  if (atomic_fetch_add(&failures_passed, 1) != fail_at) return 0;
  report_failure(file);
  lose_bytes(file);
  now_synced(file);
  return 1;
}

/* ---- The calls ---- */

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t)
  if (file <= STDERR_FILENO || !is_a_file(file)) return real(file, bytes, size);
  point();
  const int failure = failure_of_write(file);
  if (failure > 0) {
    errno = failure;
    return -1;
  }
  now_dirty(file, size, -1);
  if (failure < 0) return real(file, bytes, (size + 1) / 2);
  if (is_the_point()) {
    (void)!real(file, bytes, size / 2);
    end();
  }
  const ssize_t written = real(file, bytes, size);
  point();
  return written;
}

#define POSITIONED_WRITE(name, offset_type)                                    \
  ssize_t name(int file, const void *bytes, size_t size, offset_type offset) { \
    REAL(ssize_t, name, int, const void *, size_t, offset_type)                \
    point();                                                                   \
    const int failure = failure_of_write(file);                                \
    if (failure > 0) {                                                         \
      errno = failure;                                                         \
      return -1;                                                               \
    }                                                                          \
    now_dirty(file, size, offset);                                             \
    if (failure < 0) return real(file, bytes, (size + 1) / 2, offset);         \
    if (is_the_point()) {                                                      \
      (void)!real(file, bytes, size / 2, offset);                              \
      end();                                                                   \
    }                                                                          \
    const ssize_t written = real(file, bytes, size, offset);                   \
    point();                                                                   \
    return written;                                                            \
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
BEFORE_AND_AFTER(int, sync_file_range, (int file, off64_t offset, off64_t size, unsigned int flags),
                 TYPES(int, off64_t, off64_t, unsigned int), (file, offset, size, flags))

static int sync_with(int (*real)(int), int file) {
  char path[path_max] = "";
  (void)!path_of(file, path);
  point();
  if (is_planted(path)) return 0;
  if (fsync_fails(file)) {
    errno = EIO;
    return -1;
  }
  const int outcome = real(file);
  if (outcome == 0) {
    now_synced(file);
    forget_kept_open(file);
    folder_synced(path);
  }
  point();
  return outcome;
}
int fdatasync(int file) {
  REAL(int, fdatasync, int)
  return sync_with(real, file);
}
int fsync(int file) {
  REAL(int, fsync, int)
  return sync_with(real, file);
}

int close(int file) {
  REAL(int, close, int)
  keep_unsynced(file);
  return real(file);
}

int rename(const char *from, const char *to) {
  REAL(int, rename, const char *, const char *)
  point();
  struct name_change *const change = about_to_change(to);
  if (change != NULL) copy_path(change->moved, from);
  const int outcome = real(from, to);
  changed(change, outcome == 0);
  point();
  return outcome;
}
int link(const char *from, const char *to) {
  REAL(int, link, const char *, const char *)
  point();
  struct name_change *const change = about_to_change(to);
  const int outcome = real(from, to);
  changed(change, outcome == 0);
  point();
  return outcome;
}
int unlink(const char *path) {
  REAL(int, unlink, const char *)
  point();
  struct name_change *const change = about_to_change(path);
  const int outcome = real(path);
  changed(change, outcome == 0);
  point();
  return outcome;
}
BEFORE_AND_AFTER(int, mkdir, (const char *path, mode_t mode), TYPES(const char *, mode_t), (path, mode))
BEFORE_AND_AFTER(int, ftruncate, (int file, off_t size), TYPES(int, off_t), (file, size))
BEFORE_AND_AFTER(int, ftruncate64, (int file, off64_t size), TYPES(int, off64_t), (file, size))
BEFORE_AND_AFTER(int, fallocate, (int file, int mode, off_t offset, off_t size), TYPES(int, int, off_t, off_t),
                 (file, mode, offset, size))
BEFORE_AND_AFTER(int, fallocate64, (int file, int mode, off64_t offset, off64_t size),
                 TYPES(int, int, off64_t, off64_t), (file, mode, offset, size))

/* Creating a file is I/O too; opening one to read it is not. */
#define OPENING(name)                                                            \
  int name(const char *path, int flags, ...) {                                   \
    REAL(int, name, const char *, int, ...)                                      \
    mode_t mode = 0;                                                             \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                                  \
      va_list rest;                                                              \
      va_start(rest, flags);                                                     \
      mode = va_arg(rest, mode_t);                                               \
      va_end(rest);                                                              \
    }                                                                            \
    if ((flags & O_CREAT) == 0) {                                                \
      const int known = real(path, flags, mode);                                 \
      now_synced(known);                                                         \
      return known;                                                              \
    }                                                                            \
    point();                                                                     \
    const int is_new = access(path, F_OK) != 0;                                  \
    struct name_change *const change = is_new ? about_to_change(path) : NULL;    \
    const int file = real(path, flags, mode);                                    \
    changed(change, file >= 0);                                                  \
    now_synced(file);                                                            \
    point();                                                                     \
    return file;                                                                 \
  }
OPENING(open)
OPENING(open64)
