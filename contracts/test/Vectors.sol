// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICheats} from "./ICheats.sol";

/// @title Reads tests/vectors/rfc6962, whose README gives the layout
library Vectors {
    struct Inclusions {
        bool[] valid;
        bytes32[] leaves;
        uint256[] indexes;
        uint256[] sizes;
        bytes32[] roots;
        bytes32[][] proofs;
    }

    struct Consistencies {
        bool[] valid;
        uint256[] oldSizes;
        bytes32[] oldRoots;
        uint256[] newSizes;
        bytes32[] newRoots;
        bytes32[][] proofs;
    }

    ICheats private constant vm = ICheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FOLDER = "tests/vectors/rfc6962/";

    function read(string memory name) internal view returns (string memory json) {
        return vm.readFile(string.concat(FOLDER, name));
    }

    function inclusions() internal view returns (Inclusions memory) {
        string memory json = read("inclusion.json");
        return
            Inclusions({
                valid: vm.parseJsonBoolArray(json, ".valid"),
                leaves: vm.parseJsonBytes32Array(json, ".leaf"),
                indexes: vm.parseJsonUintArray(json, ".index"),
                sizes: vm.parseJsonUintArray(json, ".size"),
                roots: vm.parseJsonBytes32Array(json, ".root"),
                proofs: _proofs(json)
            });
    }

    function consistencies() internal view returns (Consistencies memory) {
        string memory json = read("consistency.json");
        return
            Consistencies({
                valid: vm.parseJsonBoolArray(json, ".valid"),
                oldSizes: vm.parseJsonUintArray(json, ".old_size"),
                oldRoots: vm.parseJsonBytes32Array(json, ".old_root"),
                newSizes: vm.parseJsonUintArray(json, ".new_size"),
                newRoots: vm.parseJsonBytes32Array(json, ".new_root"),
                proofs: _proofs(json)
            });
    }

    /// @dev Returns where the valid proof between two sizes is.
    function find(Consistencies memory cases, uint256 oldSize, uint256 newSize) internal pure returns (uint256 i) {
        while (!cases.valid[i] || cases.oldSizes[i] != oldSize || cases.newSizes[i] != newSize) {
            ++i;
        }
    }

    /// @dev The proofs lie end to end in `hashes`; that of case i begins at `proof_start[i]`.
    function _proofs(string memory json) private pure returns (bytes32[][] memory proofs) {
        bytes32[] memory hashes = vm.parseJsonBytes32Array(json, ".hashes");
        uint256[] memory starts = vm.parseJsonUintArray(json, ".proof_start");
        vm.assertEq(starts[starts.length - 1], hashes.length, "hashes");
        proofs = new bytes32[][](starts.length - 1);
        for (uint256 i = 0; i < proofs.length; ++i) {
            proofs[i] = new bytes32[](starts[i + 1] - starts[i]);
            for (uint256 j = 0; j < proofs[i].length; ++j) {
                proofs[i][j] = hashes[starts[i] + j];
            }
        }
    }
}
