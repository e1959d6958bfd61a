#!/usr/bin/gjs
// SPDX-FileCopyrightText: The sysmem authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// One participant in JavaScript: asks for buffers and reads what is in them.

imports.gi.versions.Sysmem = '1.0';
const {Sysmem} = imports.gi;

const client = Sysmem.Client.new(null);
const constraints = new Sysmem.Constraints({
    usage: Sysmem.Usage.CPU_READ,
    min_buffer_count: 3,
    buffer_memory_constraints: new Sysmem.MemoryConstraints({min_size_bytes: 5000}),
});
const collection = client.allocate_non_shared(constraints, null);
collection.wait(null);
for (let i = 0; i < collection.get_n_items(); i++) {
    const mapping = collection.get_item(i).map(Sysmem.MapFlags.READ);
    const bytes = mapping.get_bytes().toArray();
    print(`buffer ${i}: ${bytes.length} bytes, the first is ${bytes[0]}`);
    mapping.end_access();
}
collection.release(null);
