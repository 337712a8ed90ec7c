// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessGrants} from "../../AccessGrants.sol";
import {CheckpointAnchor} from "../../CheckpointAnchor.sol";
import {LicenseRegistry} from "../../LicenseRegistry.sol";
import {ResourceRegistry} from "../../ResourceRegistry.sol";
import {StewardRegistry} from "../../StewardRegistry.sol";
import {ICheats} from "../ICheats.sol";

/// @dev What halmos answers beside the cheatcodes of the other tests.
interface ISymbols {
    function createUint256(string calldata name) external returns (uint256 value);
    function createAddress(string calldata name) external returns (address value);
    function createBytes32(string calldata name) external returns (bytes32 value);
    function createBytes(uint256 size, string calldata name) external returns (bytes memory value);
    function createCalldata(string calldata contractName) external returns (bytes memory data);
    function enableSymbolicStorage(address account) external;
}

/// @title All five contracts in any state at all, at any time
/// @notice halmos runs the functions named `check_…` with every value of their arguments at once; each symbolic
/// storage stands for every state, those that no history reaches included. What holds for one call from any state
/// holds for any number of them.
abstract contract Symbolic {
    ICheats internal constant vm = ICheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    ISymbols internal constant svm = ISymbols(address(uint160(uint256(keccak256("svm cheat code")))));

    uint8 internal constant NONE = 0;
    uint8 internal constant REGISTRAR = 1;
    uint8 internal constant WITHDRAWN = 3;

    StewardRegistry internal _stewards;
    LicenseRegistry internal _licenses;
    CheckpointAnchor internal _anchors;
    ResourceRegistry internal _resources;
    AccessGrants internal _grants;

    function setUp() public virtual {
        _stewards = new StewardRegistry(2 days, address(0xad));
        _licenses = new LicenseRegistry();
        _anchors = new CheckpointAnchor(2 days, address(0xad), keccak256("salt"));
        _resources = new ResourceRegistry(_stewards, _licenses, _anchors, keccak256("salt"));
        _grants = new AccessGrants(_stewards, _licenses, _resources, keccak256("salt"));
        svm.enableSymbolicStorage(address(_stewards));
        svm.enableSymbolicStorage(address(_licenses));
        svm.enableSymbolicStorage(address(_anchors));
        svm.enableSymbolicStorage(address(_resources));
        svm.enableSymbolicStorage(address(_grants));
        uint256 time = svm.createUint256("time");
        vm.assume(0 < time && time < 1 << 39);
        vm.warp(time);
    }

    /// @dev Returns calldata of any function of the contract that changes state, with any arguments.
    function _anyChange(string memory name) internal returns (bytes memory data) {
        return svm.createCalldata(name);
    }

    /// @dev Makes any call of the contract from any account, and returns whether it was carried out.
    function _call(address account, address callee, bytes memory data) internal returns (bool done) {
        vm.prank(account);
        // solhint-disable-next-line avoid-low-level-calls
        (done, ) = callee.call(data);
    }
}
